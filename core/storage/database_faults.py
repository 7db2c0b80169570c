"""Says in one sentence what keeps SQLite from reading or writing a library, and keeps a copy."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa

from core.errors import AffinityError, InvalidSetting, LibraryDamaged, StorageFailed
from core.storage import room
from core.storage.files import Files

_CONFLICTS = (sa.exc.IntegrityError, sa.exc.ProgrammingError)  # not the database's fault


@contextlib.contextmanager
def explained(files: Files) -> Iterator[None]:
    """What SQLite raises becomes DiskFull, StorageFailed, LibraryDamaged, or InvalidSetting for a
    number or a text that no database can hold. Conflicts between records stay as they are."""
    try:
        yield
    except _CONFLICTS:
        raise
    except (sa.exc.DatabaseError, sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _sentence(files, error) from error
    except OverflowError as error:
        if "SQLite" not in str(error):
            raise
        raise InvalidSetting("That number is too large for anything in this library.") from error
    except UnicodeEncodeError as error:
        raise InvalidSetting(
            f"{error.object[:80]!r} cannot be kept: it holds half a character."
        ) from error


def _sentence(files: Files, error: Exception) -> AffinityError:
    reason = str(getattr(error, "orig", error))
    if room.is_full(error, files.folder):
        return room.disk_full(files.folder)
    if "locked" in reason:
        return LibraryDamaged(
            f"{files.library_db} is locked by another program; close it and try again."
        )
    if "readonly" in reason or not _writable(files):
        return StorageFailed(
            f"{files.library_db} cannot be written ({reason}); give back the right to write, or "
            "choose another folder with --data."
        )
    return LibraryDamaged(
        f"{files.library_db} cannot be read ({reason}). A copy is in {_copied(files)}; restore one "
        f"from {files.backups}, or move the file away to begin an empty library."
    )


def _writable(files: Files) -> bool:
    """Whether SQLite may write beside the database, as it must even to read it."""
    there = [path for path in (files.library_db, files.folder) if path.exists()]
    return all(os.access(path, os.W_OK) for path in there)


def _copied(files: Files) -> str:
    """The place of the copy, of which there is one for each state of the file."""
    written = int(files.library_db.stat().st_mtime)
    copy = files.quarantine / f"library-{written}.db"
    if not copy.exists():
        shutil.copy2(files.library_db, copy)
    return str(copy)
