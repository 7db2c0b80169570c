"""How a worker on PostgreSQL is known to be there: beats, on a session that holds its name's lock.

Two workers of one name would do each job twice. A worker that cannot beat has to end what it does
before others take it over, so a second thread, which asks no database, watches the first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa

from core.errors import StorageFailed, WorkerFailed
from core.records import WorkerState
from core.storage import Database, postgres, workers

_PATIENCE_S = 10.0  # the session of a worker that was killed may be there for a moment
_WATCH_S = 0.5
_logger = logging.getLogger("worker")
_LOCK = sa.text("SELECT pg_try_advisory_lock(hashtextextended(current_schema() || :name, 0))")


class Heartbeat:
    """Call `begin` before any job is taken; `lost` is called when it has been silent too long."""

    def __init__(self, db: Database, worker: WorkerState, lost: Callable[[], None]) -> None:
        self._db, self._worker, self._lost = db, worker, lost
        self._connection: sa.Connection | None = None
        self._stop = threading.Event()
        self._last = self._steady_since = time.monotonic()

    @property
    def steady_s(self) -> float:
        """For how long every beat came in time: who was away cannot say that others are silent."""
        return time.monotonic() - self._steady_since

    def begin(self) -> None:
        """Take the name and beat from now on. Raises WorkerFailed where another one has it."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self._beat()
                break
            except WorkerFailed:
                if time.monotonic() > deadline:
                    raise
                time.sleep(workers.BEAT_S / 4)
        for task in (self._keep_beating, self._watch):
            threading.Thread(target=task, daemon=True).start()

    def end(self) -> None:
        """Beat no more, and let others take over at once what was being done."""
        self._stop.set()
        workers.gone(self._db, self._worker.name)

    def _keep_beating(self) -> None:
        while not self._stop.wait(workers.BEAT_S):
            try:
                self._beat()
            except StorageFailed as error:
                _logger.warning("%s", error)
                self._let_go()
            except WorkerFailed as error:  # somebody took the name while it was free
                _logger.error("%s", error)
                self._lost()

    def _watch(self) -> None:
        while not self._stop.wait(_WATCH_S):
            if time.monotonic() - self._last > workers.LOSE_S:
                _logger.error("Not heard of for %.0f s: ending what is done", workers.LOSE_S)
                self._lost()

    def _beat(self) -> None:
        with postgres.explained():
            if self._connection is None:
                self._connection = self._connected()
            workers.beat(self._connection, self._worker)
        now = time.monotonic()
        if now - self._last > workers.ALIVE_S:
            self._steady_since = now
        self._last = now

    def _connected(self) -> sa.Connection:
        connection = self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(_LOCK, {"name": f"/worker/{self._worker.name}"}).scalar():
            return connection
        connection.close()
        raise WorkerFailed(
            f"A worker named {self._worker.name} is already running; choose another --name."
        )

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
