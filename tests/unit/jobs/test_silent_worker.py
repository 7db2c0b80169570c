"""A worker that holds its folder and does nothing: who waits for a job is told."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from core import jobs
from core.errors import WorkerFailed
from core.jobs import lock, status
from core.jobs.lock import Pulse, WorkerLock
from core.storage import Database, open_library
from tests.synthetic import make_run

pytestmark = pytest.mark.sqlite  # on PostgreSQL workers look after each other


def test_nobody_waits_for_a_worker_that_does_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(db, (9, 12), latent=6, every_k=(), layouts=())
    held = WorkerLock(db)
    assert held.acquire()
    held.announce()
    job_id = jobs.submit_clustering(db, run.id, "kmeans", 3)
    monkeypatch.setattr(status, "_SILENT_S", 0.3)
    with pytest.raises(WorkerFailed, match="done nothing for"):
        jobs.wait(db, job_id, poll_s=0.05)
    assert jobs.get(db, job_id).state == "queued"


def test_a_beat_is_seen(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    held = WorkerLock(db)
    assert held.acquire()
    monkeypatch.setattr(lock, "_BEAT_S", 0.0)
    pulse = Pulse(db)
    time.sleep(0.2)
    assert pulse.silent_s() >= 0.2
    held.beat()
    assert pulse.silent_s() < 0.1


def test_a_copied_folder_has_no_worker_of_its_own(db: Database, tmp_path: Path) -> None:
    """What is copied says that the worker of the original holds it."""
    held = WorkerLock(db)
    assert held.acquire()
    held.announce()
    copied = open_library(shutil.copytree(db.files.folder, tmp_path / "copy"))
    assert (lock.worker_ready(db), lock.worker_pid(db)) == (True, os.getpid())
    assert (lock.worker_alive(copied), lock.worker_pid(copied)) == (False, None)
    own = WorkerLock(copied)
    assert own.acquire()
    own.announce()
    assert lock.worker_ready(copied)
    copied.close()
