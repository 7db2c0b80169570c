"""How the job engine is set up: its database, version, workflow and queues. DBOS loads on use."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING

from core.config import database_url
from core.errors import LibraryDamaged
from core.storage import Database, postgres, room, workers

if TYPE_CHECKING:
    from dbos import DBOSClient

SCHEMA = "1"  # the number of the jobs' schema: raise it when recorded jobs can no longer be run
APPLICATION = "video-affinity-browser"
EXECUTOR = "worker"  # SQLite's: a new worker takes over what the last one left running
WORKFLOW = "job"
QUEUE_OF_KIND = {
    "ingest": "ingest",
    "captions": "captions",
    "train": "train",
    "tables": "train",  # they are trainings, and have their turn with the others
    "baseline": "baseline",
    "cluster": "analyse",
    "recluster": "analyse",
    "edit": "analyse",
    "project": "analyse",
    "sweep": "analyse",
    "compare": "analyse",
    "cuts": "analyse",
    "look": "analyse",
}
AT_ONCE = {
    "ingest": 2,
    "captions": 1,
    "analyse": 2,
    "baseline": 1,
}  # "train": one per GPU, else one
# On PostgreSQL by what a job needs. A queue's numbers are the same for all workers, so each trains
# one model at a time: a machine of several GPUs has a worker for each.
SHARED_QUEUES = (*AT_ONCE, "train-cpu", "train-gpu")
POLL_S = 0.4  # seconds, while there is work: the worker lets the engine rest without any

_clients: dict[str, DBOSClient] = {}
_lock = threading.Lock()


def url(db: Database) -> str:
    """The address of the jobs' database."""
    if not db.shared:
        return f"sqlite:///{db.files.jobs_db}"
    address = postgres.address(database_url() or "").set(drivername="postgresql")
    return address.render_as_string(hide_password=False)


def schema(db: Database) -> str:
    """The jobs' schema in PostgreSQL, beside that of the records; SQLite has none."""
    return f"{postgres.schema(db.files)}_jobs" if db.shared else "dbos"


def queue(db: Database, kind: str) -> str:
    """The queue for a job of `kind`. On PostgreSQL trainings wait for a GPU where there is one."""
    name = QUEUE_OF_KIND[kind]
    if name == "train" and db.shared:
        return "train-gpu" if workers.listens(db, "train-gpu") else "train-cpu"
    return name


def prepare(db: Database) -> None:
    """Create or migrate the jobs' tables, which a client alone cannot. Raises LibraryDamaged.

    On PostgreSQL `migrate` alone does it.
    """
    if db.shared:
        _prepare_shared(db)
    else:
        _prepare_file(db)


def _prepare_shared(db: Database) -> None:
    from dbos import DBOS

    DBOS.migrate(url(db), schema=schema(db))
    for name in SHARED_QUEUES:
        client(db).register_queue(
            name,
            worker_concurrency=AT_ONCE.get(name, 1),
            global_concurrency=1 if name == "baseline" else None,  # each replaces the last one
            polling_interval_sec=POLL_S,
            on_conflict="always_update",
        )


def _prepare_file(db: Database) -> None:
    import sqlalchemy as sa
    from dbos import DBOS

    try:
        with contextlib.closing(sqlite3.connect(db.files.jobs_db, timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        DBOS.migrate(url(db))
    # SQLite quotes what it stumbled over, which need not be text
    except (sqlite3.DatabaseError, sa.exc.DatabaseError, UnicodeDecodeError) as error:
        if room.is_full(error, db.files.folder):
            raise room.disk_full(db.files.folder) from error
        reason = getattr(error, "orig", error)
        raise LibraryDamaged(
            f"{db.files.jobs_db} cannot be used ({reason}); "
            "`python -m core doctor --repair` puts it aside and begins a new one."
        ) from error


def client(db: Database) -> DBOSClient:
    """This process's connection to the jobs; SQLite's database is made where there is none."""
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    with _lock:
        if not db.shared and not db.files.jobs_db.exists():
            _forget(db)
        if _key(db) not in _clients:
            if not db.shared:
                _prepare_file(db)
            _clients[_key(db)] = DBOSClient(
                system_database_url=url(db),
                dbos_system_schema=schema(db),
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
                retry_connection_errors=False,
            )
        return _clients[_key(db)]


def forget(db: Database) -> None:
    """Close this process's connection, so that the database's file may be put aside."""
    with _lock:
        _forget(db)


def _key(db: Database) -> str:
    return f"{url(db)} {schema(db)}"


def _forget(db: Database) -> None:
    gone = _clients.pop(_key(db), None)
    if gone is not None:
        gone.destroy()
