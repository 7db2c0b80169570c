"""Records in PostgreSQL: the schema of a data folder, how it is connected to, what errors mean."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa
from filelock import FileLock

from core.errors import DatabaseUnreachable, InvalidSetting, StorageFailed
from core.storage.files import Files, read_json, sync_folder, write_json

OLDEST = 15  # of PostgreSQL's versions
_FORM = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
# A process that froze in the middle of a write, or whose machine is gone, must hold up nobody:
# the server ends its session. Times in seconds, but the first, in milliseconds.
_SESSION = {
    "idle_in_transaction_session_timeout": 20_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 2,
}
_CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}
# How this process calls itself to the server, after the schema; PostgreSQL keeps 63 bytes of it.
_OWN_NAME = f"{os.getpid()}-{secrets.token_hex(3)} {socket.gethostname()}"
_FULL, _SHUTS_DOWN = "53100", ("57P01", "57P02", "57P03")


def schema(files: Files) -> str | None:
    """The schema that holds a data folder's records; None where there is none yet."""
    return (read_json(files.schema_name) or {}).get("schema")


def bucket_of(files: Files) -> str | None:
    """The bucket with the files of a data folder, which itself has some of them, or old ones; None
    of a folder that has its own."""
    return (read_json(files.schema_name) or {}).get("bucket")


def name_schema(files: Files) -> str:
    """The same, chosen and kept in the folder where there is none: so the folder may be mounted
    under another name on another machine."""
    with FileLock(files.schema_name.with_suffix(".lock")):
        if (known := schema(files)) is not None:
            return known
        chosen = _new_name()
        settle(files, chosen)
        return chosen


def coming(files: Files) -> str:
    """The schema that records of library.db are about to be copied into, which nobody opens yet."""
    with FileLock(files.schema_name.with_suffix(".lock")):
        chosen = (read_json(files.schema_name) or {}).get("coming") or _new_name()
        write_json(files.schema_name, {"coming": chosen})
        return chosen


def settle(files: Files, schema: str, bucket: str | None = None) -> None:
    """The records are in `schema`, and no longer in library.db; the files in `bucket`, if any."""
    write_json(files.schema_name, {"schema": schema, **({"bucket": bucket} if bucket else {})})


def forget(files: Files) -> None:
    """The records are in library.db, and no longer in PostgreSQL."""
    files.schema_name.unlink()
    sync_folder(files.folder)


def address(url: str) -> sa.URL:
    """What AFFINITY_DATABASE says. Raises InvalidSetting, without the password."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "postgresql" or not parsed.database:
        raise InvalidSetting(f"AFFINITY_DATABASE cannot be used; write {_FORM}.")
    return parsed.set(drivername="postgresql+psycopg")


def engine(url: str, schema: str) -> sa.Engine:
    """Connections whose tables are those of `schema`."""
    settings = {"search_path": schema, **_SESSION}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    arguments = {"options": options, "application_name": f"{schema} {_OWN_NAME}", **_CONNECTION}
    return sa.create_engine(address(url), connect_args=arguments, pool_pre_ping=True)


def open_elsewhere(connection: sa.Connection, schema: str) -> list[str]:
    """The other processes that are connected to `schema`, each as "process 4242 of HOST"."""
    own = f"{schema} {_OWN_NAME}".encode()[:63].decode(errors="ignore")
    query = (  # a server's databases may hold schemas of one name, as copies do
        "SELECT DISTINCT application_name FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name LIKE :own"
    )
    names = connection.execute(sa.text(query), {"own": f"{schema} %"}).scalars().all()
    others = (name.split(" ", 2)[1:] for name in names if name != own)
    return sorted(f"process {process.split('-')[0]} of {host}" for process, host in others)


def make_schema(connection: sa.Connection, schema: str) -> None:
    """Within a transaction: begin a migration, one at a time. Raises StorageFailed."""
    version = int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10_000
    if version < OLDEST:
        raise StorageFailed(f"PostgreSQL {OLDEST} or newer is needed; this is {version}.")
    encoding = connection.execute(sa.text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise StorageFailed(
            f"The database's encoding is {encoding}; create one with ENCODING 'UTF8'."
        )
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:s))"), {"s": schema})
    connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """What PostgreSQL raises becomes DatabaseUnreachable, StorageFailed, or InvalidSetting for a
    number or a text that it cannot hold. Conflicts between records stay as they are."""
    try:
        yield
    except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
        raise
    except sa.exc.DataError as error:
        raise InvalidSetting(f"That cannot be kept in the database ({_reason(error)}).") from error
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):  # of the library that is copied from or to
            raise
        state = getattr(error.orig, "sqlstate", None)
        if state == _FULL:
            raise StorageFailed(
                "The disk of the database's server is full; make room there and try again."
            ) from error
        if error.connection_invalidated or state is None or state in _SHUTS_DOWN:
            raise DatabaseUnreachable(
                f"The database cannot be reached ({_reason(error)}); check AFFINITY_DATABASE and "
                "whether PostgreSQL runs."
            ) from error
        raise StorageFailed(f"The database refused that ({_reason(error)}).") from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise InvalidSetting(f"That cannot be kept in the database ({error}).") from error


def _new_name() -> str:
    return f"affinity_{secrets.token_hex(4)}"


def _reason(error: sa.exc.DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else type(error.orig).__name__
