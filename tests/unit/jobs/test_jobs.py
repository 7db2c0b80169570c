"""Jobs with a real worker and real processes: done, failed, cancelled, killed, resumed once."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from core import jobs
from core.commands.shared.waiting import ProgressLine, sentence
from core.config import RunConfig
from core.errors import DiskFull
from core.jobs import lock
from core.records import Job, Run, Video
from core.storage import Database, open_library, room, runs, videos
from models.config import PcaConfig
from tests.unit.jobs.jobs_worker import STEPS, notes
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

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
        environment = {**os.environ, "AFFINITY_DATA": str(self.db.files.folder)}
        self.process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=environment
        )
        until(lambda: lock.worker_ready(self.db))

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(10)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.end()


@pytest.fixture
def worker(db: Database) -> Iterator[Worker]:
    """A worker that is not started yet, in a library of its own; ended with the test."""
    worker = Worker(db)
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A library whose worker runs, for tests that leave both as they found them."""
    db = open_library(tmp_path_factory.mktemp("jobs") / "data")
    worker = Worker(db)
    worker.start()
    yield db
    worker.close()
    db.close()


def add(db: Database, identifier: str, title: str, state: str = "waiting") -> str:
    """A video whose title says what its ingest is to do."""
    now = time.time()
    video = Video(identifier, title, "g", "upload", "a.mp4", "en", state=state, added_at=now)
    videos.add(db, video)
    if state == "ready":
        videos.update(db, identifier, frames=5)
    return identifier


def alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def pid_of(db: Database, subject: str, name: str = "pid") -> int:
    """The process id that a job wrote down."""
    path = db.files.folder / f"{name}-{subject}"
    until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def worker_log(db: Database) -> str:
    return (db.files.logs / "worker.log").read_text()


def training(db: Database, video_id: str, name: str) -> tuple[Run, str]:
    add(db, video_id, "ready", state="ready")
    return jobs.submit_training(db, CONFIG, [video_id], name=name)


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


def test_a_refused_job_says_why_and_is_not_tried_again(shared: Database) -> None:
    job = jobs.wait(shared, jobs.submit_ingest(shared, add(shared, "bad", "refuse")))
    assert (job.state, job.message) == ("failed", "This is no video; choose another file.")
    video = videos.get(shared, "bad")
    assert (video.state, video.message) == ("failed", job.message)
    videos.update(shared, "bad", title="fine")
    again = jobs.submit_ingest(shared, "bad")
    assert again == "ingest-bad-2"
    assert jobs.wait(shared, again).state == "done"
    assert videos.get(shared, "bad").state == "ready"
    assert notes(shared).count("ingest bad") == 2


def test_a_job_that_finds_nothing_has_ended_well_and_says_so(shared: Database) -> None:
    job = jobs.wait(shared, jobs.submit_ingest(shared, add(shared, "nothing", "nothing")))
    assert (job.state, job.progress, job.message) == ("done", 1.0, "Nobody speaks in it.")
    assert f"The child of job {job.id} ended with code 0" in worker_log(shared)


def test_what_does_not_fit_into_memory_names_the_setting(shared: Database) -> None:
    job = jobs.wait(shared, jobs.submit_ingest(shared, add(shared, "big", "too big")))
    assert "more seconds between frames" in job.message
    assert notes(shared).count("ingest big") == 1


def test_a_killed_process_is_tried_again(shared: Database) -> None:
    once = jobs.submit_ingest(shared, add(shared, "once", "die once"))
    always = jobs.submit_ingest(shared, add(shared, "always", "die"))
    assert jobs.wait(shared, once).state == "done"
    assert notes(shared).count("ingest once") == 2
    job = jobs.wait(shared, always)
    assert job.state == "failed"
    assert "killed (signal 9) 3 times" in job.message
    assert notes(shared).count("ingest always") == 3
    assert videos.get(shared, "always").message == job.message


@pytest.mark.thorough
def test_a_training_that_gets_further_each_time_is_not_given_up(shared: Database) -> None:
    run, job_id = training(shared, "further", "dies further")
    assert jobs.wait(shared, job_id).state == "done"
    starts = [line for line in notes(shared) if line.startswith(f"train {run.id} from")]
    assert len(starts) == 5


def test_a_job_that_was_taken_says_so_at_once(shared: Database) -> None:
    said: list[Job] = []
    _, job_id = training(shared, "taken", "fault")
    jobs.wait(shared, job_id, said.append)
    running = [job for job in said if job.state == "running"]
    assert running and all(job.message for job in running)
    assert all("turn" not in sentence(job) for job in running)


@pytest.mark.thorough
def test_a_full_disk_holds_the_job_until_there_is_room(
    db: Database, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = db.files.folder / "free"
    monkeypatch.setattr(room, "free", lambda _folder: int(free.read_text()))
    free.write_text("5000000")
    worker.start()
    job_id = jobs.submit_ingest(db, add(db, "v1", "needs 7 MB"))
    said = io.StringIO()
    with ThreadPoolExecutor(1) as thread:
        waited = thread.submit(jobs.wait, db, job_id, ProgressLine(said).show)
        until(lambda: str(db.files.folder) in said.getvalue(), 10)
        job = jobs.get(db, job_id)
        assert (job.state, job.message.count(" MB ")) == ("running", 2)
        free.write_text("100000")  # not even for a look
        assert jobs.get(db, job_id).state == "running"
        with pytest.raises(DiskFull, match=str(db.files.folder)):
            jobs.ensure_worker(db)
        free.write_text("90000000")
        assert waited.result().state == "done"
    assert videos.get(db, "v1").state == "ready"
    assert notes(db).count("ingest v1") == 2


@pytest.mark.slow
@pytest.mark.thorough
def test_what_the_engine_could_not_write_down_is_taken_up_again(
    db: Database, worker: Worker
) -> None:
    refuses = db.files.folder / "refuses"
    worker.start()
    job_id = jobs.submit_ingest(db, add(db, "v1", "wait"))
    until((db.files.folder / "go").exists)
    refuses.touch()
    (db.files.folder / "go").unlink()
    refused = db.files.folder / "refused"
    # How the job ended, the last of three writes: after the first alone it would be failed.
    until(lambda: refused.exists() and "owner_xid = ?" in refused.read_text())
    refuses.unlink()
    until(lambda: jobs.get(db, job_id).state == "running")
    until((db.files.folder / "go").exists)
    (db.files.folder / "go").unlink()
    assert jobs.wait(db, job_id).state == "done"


def test_a_fault_of_ours_is_named_and_logged(shared: Database) -> None:
    job = jobs.wait(shared, jobs.submit_ingest(shared, add(shared, "fault", "fault")))
    assert "a fault of ours" in job.message
    assert "Traceback" in (shared.files.logs / f"{job.id}.log").read_text()
    assert notes(shared).count("ingest fault") == 3


def test_cancelling_ends_the_whole_group(shared: Database) -> None:
    job_id = jobs.submit_ingest(shared, add(shared, "group", "with a child"))
    child, grandchild = pid_of(shared, "group"), pid_of(shared, "group", "grandchild")
    jobs.cancel(shared, job_id)
    jobs.cancel(shared, job_id)
    assert jobs.get(shared, job_id).state == "cancelled"
    until(lambda: not alive(child) and not alive(grandchild))
    assert videos.get(shared, "group").state == "failed"


def test_one_training_at_a_time_and_a_cancelled_one_makes_room(shared: Database) -> None:
    first, job_id = training(shared, "t1", "sleep")
    child = pid_of(shared, first.id)
    second, behind = training(shared, "t2", "count")
    beside = jobs.submit_ingest(shared, add(shared, "beside", "fine"))
    assert jobs.wait(shared, beside).state == "done"  # another queue is served meanwhile
    assert jobs.get(shared, behind).state == "queued"
    jobs.cancel(shared, job_id)
    until(lambda: not alive(child))
    until(lambda: runs.get(shared, first.id).state == "cancelled")
    assert runs.get(shared, first.id).finished_at is not None
    assert jobs.wait(shared, behind).state == "done"
    assert runs.get(shared, second.id).state == "done"


def test_a_second_worker_steps_back(shared: Database) -> None:
    environment = {**os.environ, "AFFINITY_DATA": str(shared.files.folder)}
    second = subprocess.run(
        [sys.executable, WORKER], capture_output=True, text=True, timeout=60, env=environment
    )
    assert second.returncode == 0
    assert "already running" in second.stdout
    assert jobs.worker_alive(shared)


def test_cancelling_a_queued_job_keeps_it_from_starting(db: Database, worker: Worker) -> None:
    gone = jobs.submit_ingest(db, add(db, "v1", "fine"))
    stays = jobs.submit_ingest(db, add(db, "v2", "fine"))
    jobs.cancel(db, gone)
    worker.start()
    assert jobs.wait(db, stays).state == "done"
    assert jobs.get(db, gone).state == "cancelled"
    assert "ingest v1" not in notes(db)


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.thorough)]
)
def test_a_training_goes_on_when_its_worker_comes_back(
    db: Database, worker: Worker, how: signal.Signals
) -> None:
    run, job_id = training(db, "v1", "count")
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


def test_a_job_gives_way_to_the_pages(
    db: Database, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFFINITY_NICE")
    worker.start()
    job_id = jobs.submit_ingest(db, add(db, "behind", "sleep"))
    child = pid_of(db, "behind")
    assert psutil.Process(child).nice() == psutil.Process().nice() + 10
    group = Path(f"/proc/{child}/autogroup")
    if group.exists():
        assert int(group.read_text().split()[-1]) == 10
    jobs.cancel(db, job_id)


def test_a_child_does_not_outlive_its_worker(db: Database, worker: Worker) -> None:
    worker.start()
    jobs.submit_ingest(db, add(db, "v1", "with a child"))
    child, grandchild = pid_of(db, "v1"), pid_of(db, "v1", "grandchild")
    worker.end(signal.SIGKILL)
    until(lambda: not alive(child) and not alive(grandchild))


def test_an_idle_worker_exits(db: Database, worker: Worker) -> None:
    worker.start("--idle-exit", "1")
    assert worker.process.wait(60) == 0
    assert not jobs.worker_alive(db)


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


@pytest.mark.thorough
def test_a_server_keeps_its_worker_alive_and_takes_it_along(db: Database) -> None:
    async def serve() -> None:
        async with jobs.keep_workers(lambda: [db]):
            await asyncio.to_thread(until, lambda: lock.worker_ready(db))
            pid = lock.worker_pid(db)
            os.kill(pid, signal.SIGKILL)
            await asyncio.to_thread(until, lambda: lock.worker_pid(db) not in (None, pid))

    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a loop in the main one
        thread.submit(asyncio.run, serve()).result()
    assert not jobs.worker_alive(db)


_SERVER = """
import asyncio, sys
from pathlib import Path
from core import jobs
from core.storage import open_library

async def serve():
    library = open_library(Path(sys.argv[1]))
    async with jobs.keep_workers(lambda: [library]):
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(serve())
"""


@pytest.mark.thorough
def test_two_servers_on_one_folder_share_a_worker(db: Database) -> None:
    """When the one that brought it along ends, the other starts one: what is queued is done."""
    command = [sys.executable, "-c", _SERVER, str(db.files.folder)]
    servers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, cwd=WORKER.parents[3]) for _ in range(2)
    ]
    try:
        until(lambda: lock.worker_ready(db))
        first = lock.worker_pid(db)
        owner = next(one for one in servers if one.pid == psutil.Process(first).ppid())
        owner.communicate(timeout=30)
        job_id = jobs.submit_ingest(db, add(db, "v1", "no file"))
        until(lambda: jobs.get(db, job_id).state == "failed")  # which says that there is none
        assert lock.worker_pid(db) not in (None, first)
    finally:
        for one in servers:
            one.communicate(timeout=30)
    assert not jobs.worker_alive(db)


def test_what_was_refused_for_now_is_taken_up_by_a_worker_that_starts_later(worker: Worker) -> None:
    """The time is in the row: nothing of it is in a process that may be gone."""
    db = worker.db
    for identifier, due_s in (("due", -1.0), ("later", 3600.0)):
        add(db, identifier, "quick", state="failed")
        refusal = {"sentence": "Refused.", "details": "", "attempts": 2}
        videos.update(db, identifier, retry_at=time.time() + due_s, refusal=refusal)
    worker.start()
    until(lambda: videos.get(db, "due").state == "ready")
    assert videos.get(db, "due").refusal["attempts"] == 2  # an ingest counts, not its queueing
    assert videos.get(db, "later").state == "failed"
    assert [job.subject for job in jobs.every(db) if job.kind == "ingest"] == ["due"]
