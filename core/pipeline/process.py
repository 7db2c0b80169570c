"""What it means to be a job's own process: it ends with its parent, and there is one at a time."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from collections.abc import Iterator

from filelock import FileLock

from core import child
from core.storage import Database


def end_with_parent() -> None:
    """End this process and its group when the worker that started it is gone.

    The worker holds the other end of standard input, which breaks with it; where the system has a
    signal of its own for that, it stands behind. On SIGTERM the whole group ends at once: all that
    a job writes is whole or absent, so there is nothing to put away.
    """
    signal.signal(signal.SIGTERM, _end_group)
    child.end_with_parent(signal.SIGTERM, _end_group)


@contextlib.contextmanager
def hold_job_lock(db: Database, job_id: str) -> Iterator[None]:
    """Hold the lock of this work: an attempt that is still ending keeps the next one waiting."""
    work = re.sub(r"-\d{1,3}$", "", job_id)
    with FileLock(db.files.progress(work).with_suffix(".lock"), poll_interval=0.2):
        yield


def _end_group(*_signal: object) -> None:
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():  # our own, as the worker makes it
        os.killpg(0, signal.SIGKILL)
    os._exit(128 + signal.SIGTERM)
