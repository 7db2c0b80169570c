"""The worker: `python -m core.jobs.worker [--idle-exit S]` runs the jobs of one data folder."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from core.config import data_folder
from core.errors import AffinityError
from core.jobs import engine, status
from core.jobs.children import Children
from core.jobs.devices import Gpus, gpus
from core.jobs.lock import WorkerLock
from core.jobs.reconcile import queue_baseline, reconcile
from core.jobs.workflow import Command, register
from core.storage import Database, open_library
from core.storage.backups import back_up

_TICK_S = 2.0
_logger = logging.getLogger("worker")


def child_command(kind: str, arguments: dict[str, Any], job_id: str) -> list[str]:
    """How a job's own process is started."""
    words = [kind, json.dumps(arguments, ensure_ascii=False), "--job", job_id]
    return [sys.executable, "-m", "core.pipeline", *words]


def main(words: Sequence[str] | None = None, command: Command = child_command) -> int:
    """Work until told to stop, or for `--idle-exit` seconds with nothing to do."""
    parser = argparse.ArgumentParser(prog="python -m core.jobs.worker", description=__doc__)
    parser.add_argument("--idle-exit", type=float, metavar="S", help="exit after S idle seconds")
    idle_exit_s = parser.parse_args(words).idle_exit
    _log_to_stderr()
    try:
        db = open_library(data_folder())
        lock = WorkerLock(db)
        if not lock.acquire():
            sys.stdout.write(f"A worker is already running on {db.files.folder}.\n")
            return 0
        return _work(db, lock, command, idle_exit_s)
    except AffinityError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _work(db: Database, lock: WorkerLock, command: Command, idle_exit_s: float | None) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children = Children()
    _launch(db, children, command)
    lock.announce()
    _logger.info("Working on %s", db.files.folder)
    _guarded(back_up, db)
    idle_since = time.monotonic()
    while not stop.wait(_TICK_S) and not lock.lost():
        _guarded(reconcile, db)
        _guarded(queue_baseline, db)
        if _guarded(status.live, db) != []:
            idle_since = time.monotonic()
        if idle_exit_s is not None and time.monotonic() - idle_since > idle_exit_s:
            break
    children.stop()
    _logger.info("Stopped; what was running goes on when a worker starts again")
    logging.shutdown()
    os._exit(0)  # the engine's threads are left where they are: nothing more may be recorded


def _log_to_stderr() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING, stream=sys.stderr)
    _logger.setLevel(logging.INFO)
    logging.getLogger("dbos").addFilter(_worth_a_line)


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Jobs that fail or are cancelled say so themselves; the engine would add a traceback each."""
    error = record.exc_info[1] if record.exc_info else None
    return type(error).__name__ not in ("JobFailedError", "DBOSAwaitedWorkflowCancelledError")


def _launch(db: Database, children: Children, command: Command) -> None:
    from dbos import DBOS, DBOSPortableJSONSerializer

    DBOS(
        config={
            "name": engine.APPLICATION,
            "system_database_url": engine.url(db),
            "application_version": engine.SCHEMA,
            "executor_id": engine.EXECUTOR,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
        }
    )
    devices = Gpus(gpus())
    register(db, children, devices, command)
    for name in sorted(set(engine.QUEUE_OF_KIND.values())):
        engine.client(db).register_queue(
            name,
            worker_concurrency=engine.AT_ONCE.get(name, max(1, devices.count)),
            polling_interval_sec=engine.POLL_S,
        )
    DBOS.launch()


def _guarded(act: Any, db: Database) -> Any:
    """One failure of the housekeeping must not end the worker: it comes round again."""
    try:
        return act(db)
    except Exception:
        _logger.exception("%s failed", act.__name__)
        return None


if __name__ == "__main__":
    sys.exit(main())
