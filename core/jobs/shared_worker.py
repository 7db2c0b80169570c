"""One of several workers on PostgreSQL: it has a name, beats, and takes over from the silent."""

from __future__ import annotations

import dataclasses
import functools
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence

import psutil
from dbos import DBOS, DBOSPortableJSONSerializer

from core.errors import InvalidSetting
from core.jobs import engine
from core.jobs.children import Children
from core.jobs.devices import Gpus, gpus
from core.jobs.heartbeat import Heartbeat
from core.jobs.reconcile import guarded, queue_baseline, reconcile
from core.jobs.takeover import leading, take_over
from core.jobs.workflow import Command, register
from core.machine import usable_cores
from core.records import WorkerState
from core.storage import Database, job_progress, workers
from core.storage.database import REVISION
from core.training import cost

_TICK_S = 1.0
_HOUSE_EVERY = 2  # ticks
_AGAIN = "AFFINITY_WORKER_AGAIN"
_logger = logging.getLogger("worker")


def work(
    db: Database,
    name: str,
    queues: Sequence[str],
    command: Command,
    idle_exit_s: float | None = None,
) -> int:
    """Do the jobs of some queues until told to stop. Raises InvalidSetting, WorkerFailed."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children, working = Children(), set[str]()
    devices = gpus()
    me = _described(name, queues or _fitting(devices), devices)
    heart = Heartbeat(db, me, functools.partial(_begin_again, children))
    heart.begin()
    register(db, children, Gpus(devices), command, working, name)
    _launch(db, me)
    _logger.info("%s works on %s: %s", name, db.files.folder, ", ".join(me.queues))
    idle_since, round_number = time.monotonic(), 0
    while not stop.wait(_TICK_S):
        for job_id in sorted(working):
            guarded(job_progress.put, db, job_id)
        round_number += 1
        if round_number % _HOUSE_EVERY == 0:
            guarded(_keep_house, db, heart)
        if working:
            idle_since = time.monotonic()
        if idle_exit_s is not None and time.monotonic() - idle_since > idle_exit_s:
            break
    children.stop()
    guarded(heart.end)
    _logger.info("Stopped; others go on with what was running")
    logging.shutdown()
    os._exit(0)  # the engine's threads are left where they are: nothing more may be recorded


def waits_for_database() -> bool:
    """Whether this worker has begun again by itself, as it does when the database was away."""
    return _AGAIN in os.environ


def _described(name: str, queues: Sequence[str], devices: Sequence[str]) -> WorkerState:
    unknown = [queue for queue in queues if queue not in engine.SHARED_QUEUES]
    if unknown:
        known = ", ".join(engine.SHARED_QUEUES)
        raise InvalidSetting(f"There is no queue {unknown[0]!r}; choose from {known}.")
    memory, host = psutil.virtual_memory().total, socket.gethostname()
    facts = (REVISION, " ".join(devices), usable_cores(), memory)
    me = WorkerState(name, host, os.getpid(), tuple(queues), *facts)
    if not any(queue.startswith("train-") for queue in queues):
        return me
    trains = cost.here(gpu=bool(devices))
    return dataclasses.replace(me, flops=trains.flops, device_memory=trains.memory_bytes)


def _fitting(devices: Sequence[str]) -> list[str]:
    """All queues that this machine can do."""
    return [queue for queue in engine.SHARED_QUEUES if devices or queue != "train-gpu"]


def _launch(db: Database, me: WorkerState) -> None:
    DBOS(
        config={
            "name": engine.APPLICATION,
            "system_database_url": engine.url(db),
            "dbos_system_schema": engine.schema(db),
            "application_version": engine.SCHEMA,
            "executor_id": me.name,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "run_migrations": False,
        }
    )
    DBOS.listen_queues(me.queues)
    DBOS.launch()


def _keep_house(db: Database, heart: Heartbeat) -> None:
    with leading(db) as leads:
        if not leads:
            return
        if taken := guarded(take_over, db, heart.steady_s):
            workers.forget(db, taken)
        guarded(reconcile, db)
        guarded(queue_baseline, db)


def _begin_again(children: Children) -> None:
    """End what this worker does, then be a new one: nothing of what it believed is recorded."""
    children.stop()
    logging.shutdown()
    os.environ[_AGAIN] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
