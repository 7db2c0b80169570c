"""Keeps a worker alive for as long as the web server runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from core.errors import AffinityError
from core.jobs.launch import ensure_worker, stop_worker
from core.jobs.lock import worker_alive
from core.storage import Database

_LOOK_EVERY_S = 1.0
_AFTER_FAILURE_S = 10.0
_logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def keep_worker(db: Database) -> AsyncIterator[None]:
    """Start a worker now and again whenever it is gone; end it when the block ends.

    A worker that somebody else started is left running.
    """
    stop = asyncio.Event()
    watch = asyncio.create_task(_watch(db, stop))
    try:
        yield
    finally:
        stop.set()
        await watch
        await asyncio.to_thread(stop_worker, db)


async def _watch(db: Database, stop: asyncio.Event) -> None:
    while not stop.is_set():
        pause_s = _LOOK_EVERY_S
        try:
            if not worker_alive(db):
                await asyncio.to_thread(ensure_worker, db)
        except (AffinityError, OSError) as error:
            _logger.error("%s", error)
            pause_s = _AFTER_FAILURE_S
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), pause_s)
