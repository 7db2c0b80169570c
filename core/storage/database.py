"""Opens a library's records, in SQLite or PostgreSQL, and migrates them.

Knows no table but the one that says whether the files are in a bucket.
"""

from __future__ import annotations

import contextlib
import functools
import shlex
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from core.config import database_url, files_address
from core.errors import AffinityError, InvalidSetting, LibraryDamaged, StorageFailed, TablesBehind
from core.storage import acting, acts, fence, postgres
from core.storage import files as data_files
from core.storage.claim import claim
from core.storage.database_faults import explained
from core.storage.files import Files
from core.storage.schema import stored_files

REVISION = "0022"  # of the last migration; a test holds it to the files
_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATE = "`python -m core migrate`"
_MIGRATE_OVER = "`python -m core migrate --from-sqlite`"
_WRITES = sa.text("UPDATE writes SET count = count + 1")


@dataclass(frozen=True)
class Database:
    """An open library: its connections and its files."""

    engine: sa.Engine
    files: Files

    @property
    def shared(self) -> bool:
        """Whether the records are in PostgreSQL, for several machines."""
        return self.engine.dialect.name == "postgresql"

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one moment of the library. Raises what `explained` says."""
        with self._explained(), self.engine.connect() as connection:
            if self.shared:
                connection.execution_options(isolation_level="REPEATABLE READ")
            if self.files.stored is not None:
                self.files.stored.saw(connection)
            yield connection

    @contextlib.contextmanager
    def write(self, *, on_reading: bool = False) -> Iterator[sa.Connection]:
        """A connection that holds the write lock; commits when the block ends well.

        Where people sign in, it is an analyst's, unless it notes no more than that somebody read,
        and what was done is kept under their name. Raises NotAllowed, Superseded, and what
        `explained` says: DiskFull where there is no room for it.
        """
        who = None if on_reading else acting.require("analyst", "change anything")
        done: list[tuple[str, str]] | None = None if who is None else []
        with (
            self._explained(),
            self.engine.connect().execution_options(
                affinity_write=True, affinity_done=done
            ) as connection,
            connection.begin(),
        ):
            if self.shared:  # one at a time, as in SQLite
                connection.execute(_WRITES)
                fence.require_latest(connection)
            stored = self.files.stored
            with contextlib.nullcontext() if stored is None else stored.inside(connection):
                yield connection
            if who is not None and done is not None:
                acts.note(connection, who.name, done)

    @contextlib.contextmanager
    def aside(self) -> Iterator[sa.Connection]:
        """PostgreSQL's: a transaction without the write lock, for what is no record: beats,
        progress, locks."""
        with postgres.explained(), self.engine.begin() as connection:
            yield connection

    def written(self) -> tuple[int, ...]:
        """Another value after each write by whomever: what was read before may be kept so long."""
        if self.shared:
            with self.read() as connection:
                return (connection.execute(sa.text("SELECT count FROM writes")).scalar_one(),)
        kept = (self.files.library_db, Path(f"{self.files.library_db}-wal"))
        return tuple(file.stat().st_mtime_ns for file in kept if file.exists())

    def close(self) -> None:
        self.engine.dispose()

    def _explained(self) -> contextlib.AbstractContextManager[None]:
        return postgres.explained() if self.shared else explained(self.files)


def open_library(folder: Path, *, moving: bool = False) -> Database:
    """Open the library in `folder`; where it is SQLite's and needs it, create or migrate it.

    `moving` opens it too while its files are on their way into a bucket, or out of it. Raises
    StorageFailed when the folder cannot be used or holds a part of a copy, LibraryDamaged when the
    database cannot be: then a copy of it lies in quarantine/ and the original is untouched. With
    AFFINITY_DATABASE InvalidSetting, DatabaseUnreachable, TablesBehind.
    """
    files = Files(folder.absolute())
    url = database_url()
    if url is None and files_address():
        raise InvalidSetting(
            "AFFINITY_FILES needs AFFINITY_DATABASE too: several machines cannot write to one "
            "SQLite file, which would lie in the bucket."
        )
    if files.unfinished.exists():
        raise StorageFailed(
            f"{files.folder} holds a part of a copy in a bucket, which {files.unfinished.name} "
            "names; fetch the rest: python -m core move --from ADDRESS --to "
            f"{shlex.quote(str(files.folder))}"
        )
    if url is not None:
        return _postgres(files, url, moving)
    files.make()
    return open_sqlite(files)


def migrate(folder: Path) -> Database:
    """Open the library in `folder`, its tables brought to this version. Raises as open_library."""
    url = database_url()
    if url is None:
        return open_library(folder)
    files = Files(folder.absolute())
    files.make()
    if files.library_db.exists() and postgres.schema(files) is None:
        raise StorageFailed(
            f"{files.folder} has its records in library.db; {_MIGRATE_OVER} brings them over, or "
            "choose an empty folder with --data."
        )
    schema = _schema(files, make=True) or ""
    database = Database(postgres.engine(url, schema), files)
    with postgres.explained(), database.engine.begin() as connection:
        postgres.make_schema(connection, schema)
        upgrade(connection, "The database")
    return database


def open_sqlite(files: Files) -> Database:
    """The library in library.db, made or migrated where it needs it. Raises as open_library."""
    if postgres.schema(files) is not None:
        raise StorageFailed(
            f"The records of {files.folder} are in PostgreSQL; say where with AFFINITY_DATABASE."
        )
    engine = sa.create_engine(f"sqlite:///{files.library_db}", connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "after_execute", _note)
    database = Database(engine, files)
    try:
        with explained(files):
            if _revision(database) != REVISION:
                with database.write(on_reading=True) as connection:
                    upgrade(connection, str(files.library_db))
    except AffinityError:
        engine.dispose()
        raise
    return database


def _postgres(files: Files, url: str, moving: bool) -> Database:
    claim(files.folder)
    schema = _schema(files, moving=moving)
    if schema is None:
        postgres.address(url)
        over = files.library_db.exists()
        remedy = f"{_MIGRATE_OVER} brings its records there" if over else f"{_MIGRATE} makes them"
        raise TablesBehind(f"The database has no tables for {files.folder} yet; {remedy}.")
    engine = postgres.engine(url, schema)
    sa.event.listen(engine, "after_execute", _note)
    database = Database(engine, files)
    try:
        _require_revision(database)
        if not files_address():
            _require_in_folder(database, moving)
        files.make()  # not before: who is refused changes nothing
    except AffinityError:
        database.close()
        raise
    if fence.own():
        data_files.guard(functools.partial(_require_latest, database))
    if address := files_address():
        from core.storage import in_bucket  # with the store's client, which few need

        return in_bucket.opened(database, address)
    return database


def _schema(files: Files, make: bool = False, moving: bool = False) -> str | None:
    """Where the records of a data folder are; `make` chooses a name where there is none."""
    if address := files_address():
        from core.storage import in_bucket

        return in_bucket.schema(files, address, make, moving)
    return postgres.name_schema(files) if make else postgres.schema(files)


def _require_revision(database: Database) -> None:
    """Raises TablesBehind where the tables are not of this version."""
    revision = _revision(database)
    if revision != REVISION:
        newer = revision is not None and revision > REVISION
        remedy = "update the program" if newer else f"run {_MIGRATE}"
        raise TablesBehind(
            f"The database's tables are of version {revision or 'none'}, this program needs "
            f"{REVISION}; {remedy}."
        )


def _require_in_folder(database: Database, moving: bool) -> None:
    """Raise InvalidSetting where the files are in a bucket, and those in the folder some or old."""
    where = postgres.bucket_of(database.files)
    with database.read() as connection:
        moved = connection.execute(sa.select(stored_files.c.name).limit(1)).scalar() is not None
    if where or (moved and not moving):
        raise InvalidSetting(
            f"The library of {database.files.folder} has its files in {where or 'a bucket'}, and "
            "here are some of them, or old ones; set AFFINITY_FILES to it, or AFFINITY_DATA to "
            "the folder that the library was moved to."
        )


def _require_latest(database: Database) -> None:
    with database.read() as connection:
        fence.require_latest(connection)


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun in _begin, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("affinity_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _note(
    connection: sa.Connection,
    statement: Any,
    _many: Any,
    _values: Any,
    _options: Any,
    result: sa.CursorResult[Any],
) -> None:
    done = connection.get_execution_options().get("affinity_done")
    if done is not None:
        done += acts.of_execution(statement, result)


def upgrade(connection: sa.Connection, name: str) -> None:
    """Bring the tables to this version. Alembic is loaded only when they are of another one."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    current = _revision_in(connection)
    if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
        raise LibraryDamaged(
            f"{name} was written by a newer version ({current}); update the program to open it."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(database: Database) -> str | None:
    """The number of the last migration, None in a database that has none yet."""
    with database.read() as connection:
        return _revision_in(connection)


def _revision_in(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
