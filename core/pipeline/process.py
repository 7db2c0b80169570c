"""What it means to be a job's own process: it ends with its parent, and there is one at a time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from filelock import FileLock

from core.storage import Database

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """End this process and its group when the worker that started it is gone.

    The worker holds the other end of standard input, which breaks with it; where the system has a
    signal of its own for that, it stands behind. On SIGTERM the whole group ends at once: all that
    a job writes is whole or absent, so there is nothing to put away.
    """
    signal.signal(signal.SIGTERM, _end_group)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_watch_input, daemon=True).start()


@contextlib.contextmanager
def hold_job_lock(db: Database, job_id: str) -> Iterator[None]:
    """Hold the lock of this work: an attempt that is still ending keeps the next one waiting."""
    work = re.sub(r"-\d{1,3}$", "", job_id)
    with FileLock(db.files.progress(work).with_suffix(".lock"), poll_interval=0.2):
        yield


def _watch_input() -> None:
    while os.read(0, 1):
        pass
    _end_group(signal.SIGTERM, None)


def _end_group(_number: int, _frame: FrameType | None) -> None:
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():  # our own, as the worker makes it
        os.killpg(0, signal.SIGKILL)
    os._exit(128 + signal.SIGTERM)
