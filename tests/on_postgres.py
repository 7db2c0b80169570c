"""The tests on PostgreSQL: each process of tests has a database, which each test begins empty.

AFFINITY_TEST_DATABASE says where a server runs (`make test-postgres` starts one); without it all
tests are on SQLite.
"""

from __future__ import annotations

import functools
import os
import uuid
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from core.jobs import engine
from core.storage.database import migrate
from core.storage.files import Files, write_json

SERVER = os.environ.get("AFFINITY_TEST_DATABASE")
SCHEMA = "affinity_test"
_KEPT = ("alembic_version", "writes", "dbos_migrations", "queues", "application_versions")
_EMPTY = f"""
DO $$ DECLARE one record; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT * FROM pg_tables WHERE schemaname LIKE '{SCHEMA}%' AND tablename NOT IN {_KEPT}
  LOOP EXECUTE format('DELETE FROM %I.%I', one.schemaname, one.tablename); END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename), 1, false)
    FROM pg_sequences WHERE schemaname = '{SCHEMA}';
END $$
"""


def here(item: pytest.Item) -> bool:
    """Whether a test is done here: on PostgreSQL one that has a library, and not one of files."""
    if not SERVER:
        return item.get_closest_marker("postgres") is None
    fixtures = set(item.fixturenames)
    files = "news" in fixtures or ("once" in fixtures and "sample" not in fixtures)
    return "data" in fixtures and not files and not item.get_closest_marker("sqlite")


def empty(folder: Path) -> str:
    """The address of the database, empty, its tables those of the data folder `folder`."""
    address = _made()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_EMPTY)
    claim(folder)
    return address


def no_worker(*_: Any, **__: Any) -> None:
    """Real workers on PostgreSQL are those of tests/cluster."""
    pytest.skip("waits for a worker")


def claim(folder: Path) -> None:
    """Say in a data folder that its records are in the tests' schema."""
    files = Files(folder)
    files.make()
    write_json(files.schema_name, {"schema": SCHEMA})


@functools.cache
def _made() -> str:
    """The address of this process's database, whose tables are made."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(SERVER or "", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = sa.make_url(SERVER or "").set(database=name).render_as_string(hide_password=False)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        claim(Path(folder))
        patch.setenv("AFFINITY_DATABASE", address)
        with closing(migrate(Path(folder))) as db:
            engine.prepare(db)
            engine.forget(db)
    return address
