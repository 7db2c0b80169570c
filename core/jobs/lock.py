"""One worker per data folder: the lock it holds, and what others may learn from it."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from core.errors import StorageFailed
from core.storage import Database, workers
from core.storage.files import read_json, write_json

_PATIENCE_S = 1.0  # a look at the lock (see `worker_alive`) holds it for an instant
_LOOK_S = 0.02
_BEAT_S = 2.0


class WorkerLock:
    """The lock of a worker; the system lets go of it however the worker ends."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = _lock(db)
        self._beat_at = time.monotonic()

    def acquire(self) -> bool:
        """False when another worker holds it."""
        try:
            self._lock.acquire(timeout=_PATIENCE_S, poll_interval=0.1)
        except Timeout:
            return False
        self._made = Path(self._lock.lock_file).stat().st_ino
        self._say(ready=False)
        return True

    def announce(self) -> None:
        """Say that the queues are listened to."""
        self._say(ready=True)

    def beat(self) -> None:
        """Say that the worker still goes round: who waits for a job sees it (`Pulse`)."""
        if time.monotonic() - self._beat_at > _BEAT_S:
            self._beat_at = time.monotonic()
            with contextlib.suppress(OSError):
                os.utime(_said_file(self._db))

    def lost(self) -> bool:
        """Whether the data folder was removed, or replaced, under the worker."""
        try:
            return Path(self._lock.lock_file).stat().st_ino != self._made
        except FileNotFoundError:
            return True

    def _say(self, ready: bool) -> None:
        pid = os.getpid()
        began = psutil.Process(pid).create_time()
        said = {"pid": pid, "began": began, "ready": ready, "lock": self._made}
        write_json(_said_file(self._db), said)


class Pulse:
    """How long whoever holds the lock has said nothing, by a clock that nobody sets."""

    def __init__(self, db: Database) -> None:
        self._file = _said_file(db)
        self._said, self._since = self._read(), time.monotonic()

    def silent_s(self) -> float:
        """Seconds since a beat was seen, or since this was made."""
        said = self._read()
        if said != self._said:
            self._said, self._since = said, time.monotonic()
        return time.monotonic() - self._since

    def _read(self) -> int:
        with contextlib.suppress(OSError):
            return self._file.stat().st_mtime_ns
        return 0


def worker_alive(db: Database) -> bool:
    """Whether a worker holds the lock of this data folder; on PostgreSQL, whether any is there."""
    if db.shared:
        return bool(workers.alive(db))
    if _is_running(_said(db)):
        return True
    if not Path(_lock(db).lock_file).exists():
        return False
    try:  # it may run where its process id means nothing to us: in a container
        with _lock(db).acquire(timeout=_LOOK_S, poll_interval=_LOOK_S / 4):
            return False
    except Timeout:
        return True


def worker_ready(db: Database) -> bool:
    """Whether a worker holds the lock and listens to its queues."""
    return bool(_said(db).get("ready")) and worker_alive(db)


def worker_pid(db: Database) -> int | None:
    """The process id of the worker, None when there is none."""
    return _said(db).get("pid") if worker_alive(db) else None


def _is_running(said: dict[str, Any]) -> bool:
    """Whether the process that said so is there still; another one may have got its number."""
    with contextlib.suppress(psutil.Error, KeyError):
        process = psutil.Process(said["pid"])
        same = abs(process.create_time() - said["began"]) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    return False


def _lock(db: Database) -> FileLock:
    return FileLock(db.files.folder / "worker.lock", thread_local=False)


def _said_file(db: Database) -> Path:
    return db.files.folder / "worker.json"


def _said(db: Database) -> dict[str, Any]:
    """What a worker of this folder said last; nothing in a copy, whose lock is another file."""
    with contextlib.suppress(ValueError, StorageFailed, OSError):
        said = read_json(_said_file(db)) or {}
        if said.get("lock") == Path(_lock(db).lock_file).stat().st_ino:
            return said
    return {}
