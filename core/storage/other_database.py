"""A library's records go on in PostgreSQL, or come back into library.db; its files stay in place.

All rows go in one transaction and are compared in it. `database.json` says where the records are:
first where they are coming to, which nobody opens, and after the commit where they are. The
library.db of before stays, and is opened by nobody while it says so.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
import uuid
from pathlib import Path

import sqlalchemy as sa

from core.config import database_url, files_address
from core.errors import InvalidSetting
from core.storage import postgres, records_copy
from core.storage.database import Database, open_sqlite, upgrade
from core.storage.database_faults import explained
from core.storage.files import Files

_SET = "Say where PostgreSQL is with AFFINITY_DATABASE"


def to_postgres(db: Database) -> int:
    """Copy all records of a library of SQLite into PostgreSQL, where they are from then on.

    Nothing else may work on it. Gives the number of rows. Raises InvalidSetting, StorageFailed,
    LibraryDamaged, DatabaseUnreachable; then it stays as it was.
    """
    url = database_url()
    if url is None or files_address():
        raise InvalidSetting(
            f"{_SET}; files stay in the folder, so leave AFFINITY_FILES out until they are moved."
        )
    schema = postgres.coming(db.files)
    engine = postgres.engine(url, schema)
    try:
        with db.write(on_reading=True) as source, postgres.explained():
            with engine.begin() as target:
                postgres.make_schema(target, schema)
                upgrade(target, "The database")
                rows = records_copy.copy(source, target)
            for said in db.files.folder.glob("progress/*.json"):  # jobs begin to be numbered anew
                said.unlink()
            postgres.settle(db.files, schema)
    finally:
        engine.dispose()
    return rows


def to_sqlite(db: Database) -> int:
    """Write all records of a library of PostgreSQL into library.db, where they are from then on.

    A library.db of before is kept in backups/. Nothing else may work on it. Gives the number of
    rows. Raises InvalidSetting where its files lie in a bucket, StorageFailed, DiskFull.
    """
    require_in_folder(db)
    library = db.files.library_db
    with db.write(on_reading=True) as source:
        made = db.files.temporary / f"records-{uuid.uuid4().hex}.db"
        try:
            rows = write_sqlite(source, made)
            if library.exists():
                with explained(db.files):  # as where another program has it open still
                    _one_file(library)
                before = time.strftime("%Y%m%d-%H%M%S", time.localtime(library.stat().st_mtime))
                library.replace(db.files.backups / f"library-{before}.db")
            made.replace(library)
        finally:
            made.unlink(missing_ok=True)
        postgres.forget(db.files)
    return rows


def require_in_folder(db: Database) -> None:
    """Raises InvalidSetting where the files lie in a bucket: SQLite has them in a folder."""
    if db.files.stored is not None:
        raise InvalidSetting(
            f"The files of {db.files.project.name} lie in {db.files.stored.bucket.address}; bring "
            "them into a folder first."
        )


def write_sqlite(source: sa.Connection, target: Path) -> int:
    """Write all records into a new file, whole by itself; gives the number of rows."""
    begun = Files(target.with_name(f".{target.name}.{uuid.uuid4().hex}"))
    begun.folder.mkdir()
    try:
        with contextlib.closing(open_sqlite(begun)) as made, made.write(on_reading=True) as into:
            rows = records_copy.copy(source, into)
        _one_file(begun.library_db)
        begun.library_db.replace(target)
    finally:
        shutil.rmtree(begun.folder)
    return rows


def _one_file(library: Path) -> None:
    """Put what SQLite keeps beside a file into it."""
    with contextlib.closing(sqlite3.connect(library, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
