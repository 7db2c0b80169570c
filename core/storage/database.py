"""Opens library.db: settings, migrations, and what to do with a damaged one. Knows no table."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import AffinityError, LibraryDamaged
from core.storage.database_faults import explained
from core.storage.files import Files

REVISION = "0018"  # of the last migration; a test holds it to the files
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Database:
    """An open library: its connections and its files."""

    engine: sa.Engine
    files: Files

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one moment of the library. Raises what `explained` says."""
        with explained(self.files), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A connection that holds the write lock; commits when the block ends well.

        Raises what `explained` says: DiskFull where there is no room for it.
        """
        with (
            explained(self.files),
            self.engine.connect().execution_options(affinity_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def written(self) -> tuple[int, ...]:
        """Another value after each write by whomever: what was read before may be kept so long."""
        kept = (self.files.library_db, Path(f"{self.files.library_db}-wal"))
        return tuple(file.stat().st_mtime_ns for file in kept if file.exists())

    def close(self) -> None:
        self.engine.dispose()


def open_library(folder: Path) -> Database:
    """Open (and where needed create or migrate) the library in `folder`.

    Raises StorageFailed when the folder cannot be used, LibraryDamaged when the database cannot:
    then a copy of it lies in quarantine/ and the original is untouched.
    """
    files = Files(folder.absolute())
    files.make()
    engine = sa.create_engine(f"sqlite:///{files.library_db}", connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    database = Database(engine, files)
    try:
        with explained(files):
            _migrate(database)
    except AffinityError:
        engine.dispose()
        raise
    return database


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun in _begin, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("affinity_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(database: Database) -> None:
    """Bring the tables to this version. Alembic is loaded only when they are of another one."""
    if _revision(database) == REVISION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    current = _revision(database)
    if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
        raise LibraryDamaged(
            f"{database.files.library_db} was written by a newer version ({current}); "
            "update the program to open it."
        )
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(database: Database) -> str | None:
    """The number of the last migration, None in a database that has none yet."""
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
