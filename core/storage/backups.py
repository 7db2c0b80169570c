"""Copies of library.db in backups/: one whenever it has changed, the newest few kept."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

from core.storage import other_database
from core.storage.database import Database
from core.storage.files import atomic

KEPT = 5


def back_up(db: Database) -> Path | None:
    """Copy library.db if it has changed since the newest copy; None when it has not.

    PostgreSQL has ways of its own (`pg_dump`), and whoever runs it uses them.
    """
    if db.shared:
        return None
    copies = sorted(db.files.backups.glob("library-*.db"))
    changed_at = _changed_at(db.files.library_db)
    if copies and changed_at <= copies[-1].stat().st_mtime <= time.time():
        return None  # one of later than now is of before the clock was set back
    copy = _after(copies[-1:], db.files.backups / f"library-{time.strftime('%Y%m%d-%H%M%S')}.db")
    with atomic(copy) as temporary:
        copy_records(db, temporary)
    for old in sorted(db.files.backups.glob("library-*.db"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return copy


def _after(newest: list[Path], copy: Path) -> Path:
    """A name that comes after the newest copy's, also where the clock was set back behind it."""
    return newest[0].with_stem(f"{newest[0].stem}b") if newest and copy <= newest[0] else copy


def _changed_at(library: Path) -> float:
    log = library.with_name(f"{library.name}-wal")
    return max(path.stat().st_mtime for path in (library, log) if path.exists())


def copy_records(db: Database, target: Path) -> None:
    """Write the records as they are in one moment to `target`, a library.db whole by itself.

    Raises InvalidSetting where the files lie in a bucket.
    """
    if db.shared:
        other_database.require_in_folder(db)
        with db.read() as source:
            other_database.write_sqlite(source, target)
        return
    with (
        contextlib.closing(sqlite3.connect(db.files.library_db, timeout=30)) as original,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
