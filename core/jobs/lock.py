"""One worker per data folder: the lock it holds, and what others may learn from it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

from core.storage import Database

_PATIENCE_S = 1.0  # a look at the lock (see `worker_alive`) holds it for an instant


class WorkerLock:
    """The lock of a worker; the system lets go of it however the worker ends."""

    def __init__(self, db: Database) -> None:
        self._path = _path(db)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)

    def acquire(self) -> bool:
        """False when another worker holds it."""
        deadline = time.monotonic() + _PATIENCE_S
        while not _try(self._descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        self._say(ready=False)
        return True

    def announce(self) -> None:
        """Say that the queues are listened to."""
        self._say(ready=True)

    def lost(self) -> bool:
        """Whether the data folder was removed, or replaced, under the worker."""
        try:
            return self._path.stat().st_ino != os.fstat(self._descriptor).st_ino
        except FileNotFoundError:
            return True

    def _say(self, ready: bool) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps({"pid": os.getpid(), "ready": ready}).encode(), 0)


def worker_alive(db: Database) -> bool:
    """Whether a worker holds the lock of this data folder."""
    try:
        descriptor = os.open(_path(db), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def worker_ready(db: Database) -> bool:
    """Whether a worker holds the lock and listens to its queues."""
    return worker_alive(db) and bool(_said(db).get("ready"))


def worker_pid(db: Database) -> int | None:
    """The process id of the worker, None when there is none."""
    return _said(db).get("pid") if worker_alive(db) else None


def _path(db: Database) -> Path:
    return db.files.folder / "worker.lock"


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _said(db: Database) -> dict[str, Any]:
    try:
        return json.loads(_path(db).read_text())
    except (FileNotFoundError, ValueError):
        return {}
