"""The worker: `python -m core.jobs.worker [--idle-exit S]` runs the jobs of one data folder.

On SQLite there is one; those on PostgreSQL, which have names, are in shared_worker.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer

from core.config import data_folder
from core.errors import AffinityError, DatabaseUnreachable, InvalidSetting
from core.jobs import engine, shared_worker, status
from core.jobs.children import Children
from core.jobs.devices import Gpus, gpus
from core.jobs.lock import WorkerLock
from core.jobs.reconcile import guarded, queue_baseline, reconcile
from core.jobs.workflow import Command, register
from core.records import Job
from core.storage import Database, open_library, room
from core.storage.backups import back_up

_LOOK_S = 0.2
_TICK_S = 2.0  # between two rounds of housekeeping while there is work
_IDLE_TICK_S = 10.0  # else, when nobody has written anything; rows wait 20 s for their job
_REST_AFTER_S = 5.0
_LOST_AFTER_S = 6.0
_logger = logging.getLogger("worker")


def child_command(kind: str, arguments: dict[str, Any], job_id: str) -> list[str]:
    """How a job's own process is started."""
    words = [kind, json.dumps(arguments, ensure_ascii=False), "--job", job_id]
    return [sys.executable, "-m", "core.pipeline", *words]


def main(words: Sequence[str] | None = None, command: Command = child_command) -> int:
    """Work until told to stop, or for `--idle-exit` seconds with nothing to do."""
    parser = argparse.ArgumentParser(prog="python -m core.jobs.worker", description=__doc__)
    parser.add_argument("--idle-exit", type=float, metavar="S", help="exit after S idle seconds")
    parser.add_argument("--name", default="", help="on PostgreSQL: this worker's own name")
    parser.add_argument("--queues", default="", metavar="Q,...", help="on PostgreSQL: what it does")
    given = parser.parse_args(words)
    idle_exit_s = given.idle_exit
    _log_to_stderr()
    try:
        db = _opened()
        if db.shared:
            queues = [queue for queue in given.queues.split(",") if queue]
            name = given.name or socket.gethostname()
            return shared_worker.work(db, name, queues, command, idle_exit_s)
        if given.name or given.queues:
            raise InvalidSetting("Names and queues are for workers on PostgreSQL alone.")
        lock = WorkerLock(db)
        if not lock.acquire():
            sys.stdout.write(f"A worker is already running on {db.files.folder}.\n")
            return 0
        return _work(db, lock, command, idle_exit_s)
    except AffinityError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _opened() -> Database:
    """The library. A worker that lost its database waits for it, one that is started does not."""
    while True:
        try:
            return open_library(data_folder())
        except DatabaseUnreachable:
            if not shared_worker.waits_for_database():
                raise
            time.sleep(_TICK_S)


def _work(db: Database, lock: WorkerLock, command: Command, idle_exit_s: float | None) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children = Children()
    keeper = _Housekeeping(db, children, command)
    lock.announce()
    _logger.info("Working on %s", db.files.folder)
    guarded(back_up, db)
    while not stop.wait(_LOOK_S) and not lock.lost():
        lock.beat()
        keeper.look()
        if idle_exit_s is not None and keeper.idle_s > idle_exit_s:
            break
    children.stop()
    _logger.info("Stopped; what was running goes on when a worker starts again")
    logging.shutdown()
    os._exit(0)  # the engine's threads are left where they are: nothing more may be recorded


class _Housekeeping:
    """Keeps rows and jobs agreed, and the engine running for as long as there is work.

    The engine asks its database for work all the time, 3 % of a core; without any it is shut down,
    and what remains is a look, five times a second, at whether a database was written.
    """

    def __init__(self, db: Database, children: Children, command: Command) -> None:
        self._db = db
        self._working: set[str] = set()
        self._lost_since: dict[str, float] = {}
        devices = Gpus(gpus())
        register(db, children, devices, command, self._working, engine.EXECUTOR)
        for name in sorted(set(engine.QUEUE_OF_KIND.values())):
            engine.client(db).register_queue(
                name,
                worker_concurrency=engine.AT_ONCE.get(name, max(1, devices.count)),
                polling_interval_sec=engine.POLL_S,
            )
        files = (db.files.library_db, db.files.jobs_db)
        self._databases = [sqlite3.connect(file, isolation_level=None) for file in files]
        self._versions: list[int] = []
        self._engine_runs = False
        self._done_at = -math.inf
        self._work_at = time.monotonic()

    @property
    def idle_s(self) -> float:
        """For how long there was nothing to do."""
        return time.monotonic() - self._work_at

    def look(self) -> None:
        """Do what there is to do, if it is time for it."""
        versions = [d.execute("PRAGMA data_version").fetchone()[0] for d in self._databases]
        written, self._versions = versions != self._versions, versions
        since_s = time.monotonic() - self._done_at
        if since_s > (_TICK_S if self._engine_runs else 0 if written else _IDLE_TICK_S):
            self._done_at = time.monotonic()
            guarded(self._keep_house, self._db)

    def _keep_house(self, db: Database) -> None:
        if room.shortage(db.files.folder):  # every job waits, and says so
            self._work_at = time.monotonic()
            return
        guarded(reconcile, db)
        guarded(queue_baseline, db)
        live = status.live(db)
        if live or self._working:
            self._work_at = time.monotonic()
            self._start_engine()
            self._take_up_again(live)
        elif self._engine_runs and self.idle_s > _REST_AFTER_S:
            DBOS.destroy()
            self._engine_runs = False

    def _start_engine(self) -> None:
        if self._engine_runs:
            return
        DBOS(
            config={
                "name": engine.APPLICATION,
                "system_database_url": engine.url(self._db),
                "application_version": engine.SCHEMA,
                "executor_id": engine.EXECUTOR,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "WARNING",
                "run_migrations": False,
            }
        )
        try:
            DBOS.launch()
        except Exception:
            DBOS.destroy()
            raise
        self._engine_runs = True

    def _take_up_again(self, live: list[Job]) -> None:
        """Give back to its queue what nobody does, although the engine's database says so.

        That is left when its end could not be written: the disk was full, the database locked.
        """
        now = time.monotonic()
        lost = [job for job in live if job.state == "running" and job.id not in self._working]
        self._lost_since = {job.id: self._lost_since.get(job.id, now) for job in lost}
        for job in lost:
            if now - self._lost_since[job.id] > _LOST_AFTER_S:
                queue = engine.QUEUE_OF_KIND[job.kind]
                engine.client(self._db).resume_workflow(job.id, queue_name=queue)


def _log_to_stderr() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING, stream=sys.stderr)
    _logger.setLevel(logging.INFO)
    logging.getLogger("dbos").addFilter(_worth_a_line)


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Jobs that fail or are cancelled say so themselves; the engine would add a traceback each."""
    error = record.exc_info[1] if record.exc_info else None
    return type(error).__name__ not in ("JobFailedError", "DBOSAwaitedWorkflowCancelledError")


if __name__ == "__main__":
    sys.exit(main())
