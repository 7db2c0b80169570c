"""The data folder itself: room, rights, its two databases, and the worker that holds it."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from core import jobs
from core.doctor.finding import Finding
from core.errors import StorageFailed
from core.jobs import engine
from core.storage import Database, postgres, workers
from core.storage.files import write_bytes

_ROOM = 2 * 1024**3


def findings(db: Database, repair: bool) -> Iterator[Finding]:
    """Everything that does not need the rows."""
    free = shutil.disk_usage(db.files.folder).free
    advice = "" if free > _ROOM else "; free 2 GB, or choose another folder with --data"
    yield Finding("disk", not advice, f"{free / 1024**3:.1f} GB free in {db.files.folder}{advice}")
    yield _writable(db)
    if db.shared:
        yield from _shared(db)
        return
    said = _integrity(db.files.library_db)
    advice = "" if said == "ok" else f"; restore a copy from {db.files.backups}"
    yield Finding("library.db", said == "ok", f"{said}{advice}")
    yield _jobs(db, repair)
    alive = jobs.worker_alive(db)
    yield Finding("worker", True, "running" if alive else "not running; it starts with the work")


def _shared(db: Database) -> Iterator[Finding]:
    with db.read() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar()
    yield Finding("database", True, f"PostgreSQL {version}, records in {postgres.schema(db.files)}")
    for worker in workers.every(db):
        said = (
            f"{worker.name} on {worker.host}, {worker.processors} cores, "
            f"{worker.memory / 1024**3:.0f} GB, GPUs {worker.devices or 'none'}, does "
            f"{', '.join(worker.queues)}; heard of {worker.silent_s:.0f} s ago"
        )
        yield Finding("worker", worker.silent_s < workers.ALIVE_S, said)


def _writable(db: Database) -> Finding:
    probe = db.files.temporary / "doctor"
    try:
        write_bytes(probe, b"")
        probe.unlink()
    except (OSError, StorageFailed) as error:
        return Finding("rights", False, f"{error} Free some room, or choose another folder.")
    return Finding("rights", True, "the data folder can be written")


def _integrity(path: Path) -> str:
    if not path.exists():
        return "ok"
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
            return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def _jobs(db: Database, repair: bool) -> Finding:
    """Jobs are made again from the rows that wait for one, so a damaged jobs.db is put aside."""
    said = _integrity(db.files.jobs_db)
    if said == "ok":
        return Finding("jobs.db", True, said)
    if not repair:
        return Finding("jobs.db", False, f"{said}; `python -m core doctor --repair` begins anew")
    if jobs.worker_alive(db):
        return Finding("jobs.db", False, f"{said}; end the app and its worker, then repair again")
    engine.forget(db)
    moved = db.files.quarantine / f"jobs-{int(time.time())}.db"
    db.files.jobs_db.rename(moved)
    for part in ("-wal", "-shm"):
        db.files.jobs_db.with_name(f"jobs.db{part}").unlink(missing_ok=True)
    return Finding("jobs.db", True, f"was damaged ({said}); moved to {moved}, a new one begins")
