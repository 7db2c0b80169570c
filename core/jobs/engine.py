"""How the job engine is set up: its database, version, workflow and queues. DBOS loads on use."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING

from core.errors import LibraryDamaged
from core.storage import Database, room

if TYPE_CHECKING:
    from dbos import DBOSClient

SCHEMA = "1"  # the number of the jobs' schema: raise it when recorded jobs can no longer be run
APPLICATION = "video-affinity-browser"
EXECUTOR = "worker"  # fixed, so that a new worker takes over what the last one left running
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
POLL_S = 0.4  # seconds, while there is work: the worker lets the engine rest without any

_clients: dict[str, DBOSClient] = {}
_lock = threading.Lock()


def url(db: Database) -> str:
    """The address of the jobs' database."""
    return f"sqlite:///{db.files.jobs_db}"


def prepare(db: Database) -> None:
    """Create or migrate the jobs' database, which a client alone cannot. Raises LibraryDamaged."""
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
    """This process's connection to the jobs; the database is made where there is none."""
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    with _lock:
        if not db.files.jobs_db.exists():
            _forget(db)
        if url(db) not in _clients:
            prepare(db)
            _clients[url(db)] = DBOSClient(
                system_database_url=url(db),
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
                retry_connection_errors=False,
            )
        return _clients[url(db)]


def forget(db: Database) -> None:
    """Close this process's connection, so that the database's file may be put aside."""
    with _lock:
        _forget(db)


def _forget(db: Database) -> None:
    gone = _clients.pop(url(db), None)
    if gone is not None:
        gone.destroy()
