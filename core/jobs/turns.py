"""Lets the projects of an installation train one after the other on a machine, or on each GPU."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from core.storage import Database
from core.storage.progress import Progress

_POLL_S = 0.5
_WAITS = "Waits for the training of another project"


@contextlib.asynccontextmanager
async def turn(db: Database, job_id: str, gpus: Sequence[str]) -> AsyncIterator[None]:
    """Hold the processor, or the GPUs of those names, for a training; the job says that it waits.

    Each project has a worker, and a worker knows only its own trainings. All take GPUs in the same
    order, so that nobody waits for somebody who waits for them.
    """
    async with contextlib.AsyncExitStack() as held:
        for gpu in sorted(gpus) or [""]:
            await held.enter_async_context(_one(db, job_id, gpu))
        yield


@contextlib.asynccontextmanager
async def _one(db: Database, job_id: str, gpu: str) -> AsyncIterator[None]:
    lock = FileLock(_file(db, gpu), thread_local=False)
    said = Progress(db.files.progress(job_id))
    while True:
        try:
            lock.acquire(timeout=0)
            break
        except Timeout:
            said(0.0, _WAITS)
            await asyncio.sleep(_POLL_S)
    try:
        yield
    finally:
        lock.release()


def _file(db: Database, gpu: str) -> Path:
    """On this machine's own disk: the data folder may be shared by several."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    what = f"{user} {db.files.project.home} {gpu}"
    name = hashlib.sha256(what.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"affinity-training-{name}.lock"
