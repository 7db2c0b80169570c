"""Starts the worker beside whoever needs one, and keeps some alive beside the web server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from core.errors import AffinityError, DiskFull, WorkerFailed
from core.jobs.children import start
from core.jobs.engine import client
from core.jobs.lock import worker_alive, worker_ready
from core.storage import Database, room

_PATIENCE_S = 60.0
_LOOK_EVERY_S = 1.0
_AFTER_FAILURE_S = 10.0
_logger = logging.getLogger(__name__)
_started: dict[Path, subprocess.Popen[bytes]] = {}


def ensure_worker(db: Database, *, idle_exit_s: float | None = None) -> None:
    """Return when a worker works on this data folder, having started one if there was none.

    It runs on by itself, until it has been idle for `idle_exit_s`. On PostgreSQL workers are
    started by whoever runs them, and none here. Raises WorkerFailed, DiskFull.
    """
    if sentence := room.shortage(db.files.folder):
        raise DiskFull(sentence)
    client(db)
    if db.shared:
        return
    if (earlier := _started.get(db.files.folder)) and earlier.poll() is not None:
        del _started[db.files.folder]
    deadline = time.monotonic() + _PATIENCE_S
    while not worker_ready(db):
        if not worker_alive(db):
            _start_once(db, idle_exit_s)
        if time.monotonic() > deadline:
            raise WorkerFailed(
                f"The background worker was not ready after {_PATIENCE_S:.0f} s; "
                f"see {_log(db)} and try again."
            )
        time.sleep(0.05)


@contextlib.asynccontextmanager
async def keep_workers(libraries: Callable[[], Sequence[Database]]) -> AsyncIterator[None]:
    """Keep a worker beside each of the libraries, which may become more; end them with the block.

    One is started now, and again whenever it is gone. A worker that somebody else started is left
    running. On PostgreSQL none is started.
    """
    stop = asyncio.Event()
    watch = asyncio.create_task(_watch(libraries, stop))
    try:
        yield
    finally:
        stop.set()
        await watch
        for db in libraries():
            await asyncio.to_thread(stop_worker, db)


async def _watch(libraries: Callable[[], Sequence[Database]], stop: asyncio.Event) -> None:
    not_before: dict[Path, float] = {}
    while not stop.is_set():
        for db in libraries():
            if db.shared or time.monotonic() < not_before.get(db.files.folder, 0):
                continue
            try:
                if not worker_alive(db):
                    await asyncio.to_thread(ensure_worker, db)
            except (AffinityError, OSError) as error:
                _logger.error("%s", error)
                not_before[db.files.folder] = time.monotonic() + _AFTER_FAILURE_S
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_EVERY_S)


def _start_once(db: Database, idle_exit_s: float | None) -> None:
    """Start a worker unless the one just started is on its way. Raises WorkerFailed."""
    worker = _started.get(db.files.folder)
    if worker is not None and (worker.poll() or 0) > 0:
        raise WorkerFailed(f"The background worker did not start: {_last_words(db)}")
    if worker is None or worker.poll() is not None:
        _started[db.files.folder] = _start(db, idle_exit_s)


def stop_worker(db: Database, patience_s: float = 5.0) -> None:
    """End the worker that this process started, if it did; its jobs go on with the next one."""
    worker = _started.pop(db.files.folder, None)
    if worker is None or worker.poll() is not None:
        return
    worker.terminate()
    try:
        worker.wait(patience_s)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _start(db: Database, idle_exit_s: float | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "core.jobs.worker"]
    if idle_exit_s is not None:
        command += ["--idle-exit", str(idle_exit_s)]
    return start(command, _log(db), {**os.environ, "AFFINITY_DATA": str(db.files.folder)})


def _log(db: Database) -> Path:
    return db.files.logs / "worker.log"


def _last_words(db: Database) -> str:
    lines = _log(db).read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"see {_log(db)}."
