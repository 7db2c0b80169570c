"""A real training by the command line whose worker is killed: it goes on and ends once."""

from __future__ import annotations

import contextlib
import io
import os
import signal
from pathlib import Path

import psutil
import pytest

from core import jobs
from core.__main__ import main
from core.demo import CHANNELS
from core.jobs.lock import worker_pid
from core.storage import Database, results, runs
from tests.waiting import until

pytestmark = [pytest.mark.thorough, pytest.mark.sqlite]
_SMALL = (
    "width=80",
    "height=48",
    "latent_size=8",
    "channels=8",
    "maps=4",
    "steps=40",
    "checkpoint_every_s=0",
)


def printed(*words: str | Path) -> str:
    """What a command prints, once it has ended well."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([str(word) for word in words]) == 0
    return out.getvalue().strip()


def ended(*processes: psutil.Process) -> bool:
    """Whether each is gone, or a zombie that nobody has asked for."""
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.status() != psutil.STATUS_ZOMBIE:
                return False
    return True


def test_a_killed_training_goes_on_and_ends_once(
    db: Database, sample: dict[str, tuple[Path, Path]]
) -> None:
    media, captions = sample[CHANNELS[0].stem]
    printed("add", media, "--captions", captions, "--group", "us")
    settings = [word for change in _SMALL for word in ("--set", change)]
    train = ("train", "--model", "compact", *settings)
    run_id = printed(*train, "--detach")
    resume = db.files.run(run_id) / "resume.safetensors"
    until(lambda: resume.exists() or runs.get(db, run_id).state == "done", 120.0)
    assert runs.get(db, run_id).state == "running"

    killed = worker_pid(db)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: not jobs.worker_alive(db), 120.0)

    assert printed(*train) == run_id  # waits, with a new worker
    (run,) = [run for run in runs.every(db) if not run.automatic]
    assert (run.id, run.state, run.frames) == (run_id, "done", 35)
    log = results.log(db, run_id)
    assert "going on from step" in log
    assert log.count("done in") == 1
    (job,) = [job for job in jobs.of_subject(db, run_id) if job.kind == "train"]
    assert job.state == "done"
    steps = [(said["phase"], said["step"]) for said in results.metrics(db, run_id)]
    assert len(steps) == len(set(steps)), "no step is reported twice"
    jobs.stop_worker(db)


def test_a_training_of_two_processes_loses_either_and_goes_on(
    db: Database, sample: dict[str, tuple[Path, Path]]
) -> None:
    media, captions = sample[CHANNELS[0].stem]
    printed("add", media, "--captions", captions, "--group", "us")
    settings = [word for change in (*_SMALL, "steps=3000") for word in ("--set", change)]
    train = ("train", "--model", "compact", *settings, "--processes", "2")
    run_id = printed(*train, "--detach")
    resume = db.files.run(run_id) / "resume.safetensors"

    def under_way() -> tuple[psutil.Process, psutil.Process] | None:
        """The job's process and the one it shares its steps with, once a new step is kept."""
        worker = psutil.Process(worker_pid(db))
        for first in worker.children():
            others = [one for one in first.children() if "spawn_main" in " ".join(one.cmdline())]
            if others and resume.exists() and resume.stat().st_mtime > first.create_time():
                return first, others[0]
        return None

    def gone_on(times: int) -> bool:
        said = results.log(db, run_id).count("going on from step")
        return said == times and under_way() is not None

    for times, place in enumerate((1, 0)):
        until(lambda: gone_on(times), 240.0)  # noqa: B023
        pair = under_way()
        pair[place].kill()
        until(lambda: ended(*pair))  # noqa: B023
        assert runs.get(db, run_id).state == "running"
    until(lambda: gone_on(2), 240.0)
    pair = under_way()
    (job,) = [job for job in jobs.of_subject(db, run_id) if job.kind == "train"]
    jobs.cancel(db, job.id)
    until(lambda: ended(*pair))
    jobs.stop_worker(db)
