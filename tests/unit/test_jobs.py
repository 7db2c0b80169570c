"""Jobs with a real worker and real processes: done, failed, cancelled, killed, resumed once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import jobs
from core.config import RunConfig
from core.jobs import lock
from core.records import Run, Video
from core.storage import Database, runs, videos
from models.config import PcaConfig
from tests.unit.jobs_worker import STEPS, notes

WORKER = Path(__file__).with_name("jobs_worker.py")
CONFIG = RunConfig(PcaConfig())


class Worker:
    """A worker whose jobs are those of jobs_worker.py, in its own process."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.process: subprocess.Popen | None = None

    def start(self, *words: str) -> None:
        out = (self.db.files.logs / "worker.log").open("ab")
        command = [sys.executable, WORKER, *words]
        self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        until(lambda: lock.worker_ready(self.db))

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(10)


@pytest.fixture
def worker(db: Database) -> Iterator[Worker]:
    """A worker that is not started yet; ended with the test."""
    worker = Worker(db)
    yield worker
    if worker.process is not None and worker.process.poll() is None:
        worker.end()


def until(what: Callable[[], object], patience_s: float = 60.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def add(db: Database, identifier: str, title: str, state: str = "waiting") -> str:
    """A video whose title says what its ingest is to do."""
    now = time.time()
    video = Video(identifier, title, "g", "upload", "a.mp4", "en", state=state, added_at=now)
    videos.add(db, video)
    if state == "ready":
        videos.update(db, identifier, frames=5)
    return identifier


def ended(db: Database, job_id: str) -> bool:
    return jobs.get(db, job_id).state not in ("queued", "running")


def alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def pid_of(db: Database, name: str = "pid") -> int:
    """The process id that a job wrote down."""
    path = db.files.folder / name
    until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def training(db: Database, name: str) -> tuple[Run, str]:
    if not videos.every(db):
        add(db, "v1", "ready", state="ready")
    return jobs.submit_training(db, CONFIG, ["v1"], name=name)


def test_a_job_is_done_and_the_baseline_follows(db: Database, worker: Worker) -> None:
    job_id = jobs.submit_ingest(db, add(db, "v1", "fine"))
    assert jobs.get(db, job_id).state == "queued"
    worker.start()
    news = []
    job = jobs.wait(db, job_id, news.append)
    assert (job.state, job.progress, job.kind, job.subject) == ("done", 1.0, "ingest", "v1")
    assert job.title == "fine"
    assert news[-1] == job
    until(lambda: "baseline of 1" in notes(db))
    assert [job.kind for job in jobs.every(db)] == ["baseline", "ingest"]
    assert [job.id for job in jobs.of_subject(db, "v1")] == [job_id]


def test_asking_twice_is_one_job(db: Database, worker: Worker) -> None:
    video_id = add(db, "v1", "fine")
    job_id = jobs.submit_ingest(db, video_id)
    assert jobs.submit_ingest(db, video_id) == job_id
    worker.start()
    jobs.wait(db, job_id)
    assert jobs.submit_ingest(db, video_id) == job_id
    assert notes(db).count("ingest v1") == 1


def test_a_refused_job_says_why_and_is_not_tried_again(db: Database, worker: Worker) -> None:
    job_id = jobs.submit_ingest(db, add(db, "v1", "refuse"))
    big = jobs.submit_ingest(db, add(db, "v2", "too big"))
    worker.start()
    job = jobs.wait(db, job_id)
    assert (job.state, job.message) == ("failed", "This is no video; choose another file.")
    video = videos.get(db, "v1")
    assert (video.state, video.message) == ("failed", job.message)
    assert "more seconds between frames" in jobs.wait(db, big).message
    assert notes(db).count("ingest v1") == notes(db).count("ingest v2") == 1


def test_a_failed_job_asked_for_again_is_a_new_job(db: Database, worker: Worker) -> None:
    worker.start()
    jobs.wait(db, jobs.submit_ingest(db, add(db, "v1", "refuse")))
    videos.update(db, "v1", title="fine")
    again = jobs.submit_ingest(db, "v1")
    assert again == "ingest-v1-2"
    assert jobs.wait(db, again).state == "done"
    assert videos.get(db, "v1").state == "ready"


def test_a_killed_process_is_tried_again(db: Database, worker: Worker) -> None:
    once = jobs.submit_ingest(db, add(db, "v1", "die once"))
    worker.start()
    assert jobs.wait(db, once).state == "done"
    assert notes(db).count("ingest v1") == 2
    always = jobs.wait(db, jobs.submit_ingest(db, add(db, "v2", "die")))
    assert always.state == "failed"
    assert "killed (signal 9) 3 times" in always.message
    assert notes(db).count("ingest v2") == 3
    assert videos.get(db, "v2").message == always.message


def test_a_fault_of_ours_is_named_and_logged(db: Database, worker: Worker) -> None:
    worker.start()
    job = jobs.wait(db, jobs.submit_ingest(db, add(db, "v1", "fault")))
    assert "a fault of ours" in job.message
    assert "Traceback" in (db.files.logs / f"{job.id}.log").read_text()
    assert notes(db).count("ingest v1") == 3


def test_cancelling_ends_the_whole_group(db: Database, worker: Worker) -> None:
    worker.start()
    job_id = jobs.submit_ingest(db, add(db, "v1", "with a child"))
    child, grandchild = pid_of(db), pid_of(db, "grandchild")
    jobs.cancel(db, job_id)
    jobs.cancel(db, job_id)
    assert jobs.get(db, job_id).state == "cancelled"
    until(lambda: not alive(child) and not alive(grandchild))
    assert videos.get(db, "v1").state == "failed"


def test_cancelling_a_training_leaves_its_run_cancelled(db: Database, worker: Worker) -> None:
    run, job_id = training(db, "sleep")
    worker.start()
    child = pid_of(db)
    jobs.cancel(db, job_id)
    until(lambda: not alive(child))
    until(lambda: runs.get(db, run.id).state == "cancelled")
    assert runs.get(db, run.id).finished_at is not None


def test_cancelling_a_queued_job_keeps_it_from_starting(db: Database, worker: Worker) -> None:
    gone = jobs.submit_ingest(db, add(db, "v1", "fine"))
    stays = jobs.submit_ingest(db, add(db, "v2", "fine"))
    jobs.cancel(db, gone)
    worker.start()
    assert jobs.wait(db, stays).state == "done"
    assert jobs.get(db, gone).state == "cancelled"
    assert "ingest v1" not in notes(db)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_training_goes_on_when_its_worker_comes_back(
    db: Database, worker: Worker, how: signal.Signals
) -> None:
    run, job_id = training(db, "count")
    worker.start()
    step = db.files.run(run.id) / "step"
    until(lambda: step.exists() and step.read_text() and int(step.read_text()) > 3)
    worker.end(how)
    assert jobs.get(db, job_id).state == "running"
    assert "worker" in jobs.get(db, job_id).message
    worker.start()
    assert jobs.wait(db, job_id).state == "done"
    starts = [line for line in notes(db) if line.startswith(f"train {run.id} from")]
    assert len(starts) == 2
    assert int(starts[1].split()[-1]) > 3
    assert notes(db).count(f"train {run.id} done") == 1
    assert int(step.read_text()) == STEPS
    assert runs.get(db, run.id).state == "done"


def test_a_child_does_not_outlive_its_worker(db: Database, worker: Worker) -> None:
    worker.start()
    jobs.submit_ingest(db, add(db, "v1", "with a child"))
    child, grandchild = pid_of(db), pid_of(db, "grandchild")
    worker.end(signal.SIGKILL)
    until(lambda: not alive(child) and not alive(grandchild))


def test_a_second_worker_steps_back(db: Database, worker: Worker) -> None:
    worker.start()
    second = subprocess.run([sys.executable, WORKER], capture_output=True, text=True, timeout=60)
    assert second.returncode == 0
    assert "already running" in second.stdout
    assert jobs.worker_alive(db)


def test_an_idle_worker_exits(db: Database, worker: Worker) -> None:
    worker.start("--idle-exit", "1")
    assert worker.process.wait(60) == 0
    assert not jobs.worker_alive(db)


def test_one_training_at_a_time(db: Database, worker: Worker, monkeypatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    _, first = training(db, "sleep")
    worker.start()
    pid_of(db)
    _, second = jobs.submit_training(db, CONFIG, [add(db, "v2", "x", state="ready")], name="count")
    time.sleep(1.0)
    assert jobs.get(db, second).state == "queued"
    jobs.cancel(db, first)
    assert jobs.wait(db, second).state == "done"


def test_ensure_worker_starts_one_and_stop_worker_ends_it(db: Database) -> None:
    jobs.ensure_worker(db, idle_exit_s=60)
    pid = lock.worker_pid(db)
    jobs.ensure_worker(db)
    assert lock.worker_pid(db) == pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not jobs.worker_alive(db))
    jobs.ensure_worker(db, idle_exit_s=60)
    assert lock.worker_pid(db) not in (None, pid)
    jobs.stop_worker(db)
    assert not jobs.worker_alive(db)
