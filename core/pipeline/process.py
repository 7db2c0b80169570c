"""What it means to be a job's own process: it ends with its parent, gives way to pages, is one."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from filelock import FileLock

from core import child
from core.config import job_niceness
from core.errors import StorageFailed
from core.storage import Database, fence, lease, workers

_GROUP_NICE = Path("/proc/self/autogroup")


def give_way() -> None:
    """Let the pages and whatever else runs on this machine have the processors first."""
    lower = job_niceness()
    if not lower:
        return
    if hasattr(os, "nice"):
        os.nice(lower)
    elif psutil.WINDOWS:
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    # Linux divides the processors among sessions first, and a job is a session of its own.
    with contextlib.suppress(OSError):
        _GROUP_NICE.write_text(str(lower))


def end_with_parent() -> None:
    """End this process and its group when the worker that started it is gone.

    The worker holds the other end of standard input, which breaks with it; where the system has a
    signal of its own for that, it stands behind. On SIGTERM the whole group ends at once: all that
    a job writes is whole or absent, so there is nothing to put away.
    """
    signal.signal(signal.SIGTERM, _end_group)
    child.end_with_parent(signal.SIGTERM, _end_group)


def keep_lease(db: Database) -> None:
    """On PostgreSQL end this process and its group once it may not go on (core.storage.lease)."""
    if worker := os.environ.get(lease.VARIABLE):
        threading.Thread(target=_keep_lease, args=(db, worker), daemon=True).start()


def _keep_lease(db: Database, worker: str) -> None:
    held_at = time.monotonic()
    while True:
        time.sleep(workers.BEAT_S)
        with contextlib.suppress(StorageFailed):
            if not lease.holds(db, worker):
                _end_group()
            held_at = time.monotonic()
        if time.monotonic() - held_at > workers.LOSE_S:
            _end_group()


@contextlib.contextmanager
def hold_job_lock(db: Database, job_id: str) -> Iterator[None]:
    """Hold the lock of this work: an attempt that is still ending keeps the next one waiting.

    On PostgreSQL the next one waits for nobody: where this process does not make the latest attempt
    yet, as a training for the tables, it begins one, and the fence keeps the others out.
    """
    work = fence.work_of(job_id)
    if db.shared:
        if work not in fence.own():
            with db.write() as connection:
                os.environ[fence.VARIABLE] = fence.held(work, fence.begin(connection, work))
        yield
        return
    with FileLock(db.files.progress(work).with_suffix(".lock"), poll_interval=0.2):
        yield


def _end_group(*_signal: object) -> None:
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():  # our own, as the worker makes it
        os.killpg(0, signal.SIGKILL)
    os._exit(128 + signal.SIGTERM)
