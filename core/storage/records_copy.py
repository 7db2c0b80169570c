"""All records of a library copied into the empty tables of another database, and compared.

Left out is what a database keeps for itself: who writes, workers, attempts and progress of jobs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.errors import InvalidSetting, LibraryDamaged, StorageFailed
from core.storage import schema

_OWN = (schema.writes, schema.workers, schema.attempts, schema.job_progress, schema.stored_files)
TABLES = tuple(table for table in schema.metadata.sorted_tables if table not in _OWN)
_AT_ONCE = 5000
_LONGEST = 2**31  # what an INTEGER of PostgreSQL has; SQLite's has twice the bits
Rows = Sequence[sa.RowMapping]
Digest = tuple[int, int]  # how many rows, and the sum of their SHA-256


def copy(source: sa.Connection, target: sa.Connection) -> int:
    """Within a transaction of each, write all rows into `target`; gives how many there are.

    Rows that are there already must be the same. Raises StorageFailed where they are not, and
    where what arrived is not what was sent; InvalidSetting for what PostgreSQL cannot hold, and
    for files in a bucket; LibraryDamaged.
    """
    _require_in_folder(source)
    there = {table: _digest(target, table) for table in TABLES}
    if any(rows for rows, _ in there.values()):
        sent = {table: _digest(source, table) for table in TABLES}
    else:
        sent = {table: _send(source, target, table) for table in TABLES}
        there = {table: _digest(target, table) for table in TABLES}
    if other := [table.name for table in TABLES if sent[table] != there[table]]:
        raise StorageFailed(
            f"The records there are others than these (of {', '.join(other)}); nothing was changed."
        )
    return sum(rows for rows, _ in sent.values())


def _require_in_folder(source: sa.Connection) -> None:
    if source.execute(sa.select(schema.stored_files.c.name).limit(1)).scalar() is not None:
        raise InvalidSetting(
            "The records say that the files lie in a bucket; bring them into a folder first."
        )


def _send(source: sa.Connection, target: sa.Connection, table: sa.Table) -> Digest:
    digest = _Digest()
    for rows in _batches(source, table):
        digest.add(rows)
        _insert(target, table, rows)
    if target.dialect.name == "postgresql" and table.autoincrement_column is not None:
        _go_on_counting(target, table, table.autoincrement_column)
    return digest.value


def _insert(target: sa.Connection, table: sa.Table, rows: Rows) -> None:
    try:
        target.execute(sa.insert(table), [dict(row) for row in rows])
    except sa.exc.DataError as error:
        raise InvalidSetting(_refused(table, rows)) from error
    except sa.exc.IntegrityError as error:
        raise LibraryDamaged(
            f"A record of {table.name} names one that is not there ({error.orig}); restore a copy "
            "from backups/."
        ) from error


def _refused(table: sa.Table, rows: Rows) -> str:
    """The record that PostgreSQL cannot hold, of those that it was given together."""
    for row in rows:
        for name, value in row.items():
            zero = isinstance(value, str) and "\0" in value
            short = isinstance(value, int) and not isinstance(table.c[name].type, sa.BigInteger)
            if zero or (short and not -_LONGEST <= value < _LONGEST):
                key = ", ".join(str(row[column.name]) for column in table.primary_key)
                holds = "a character of number 0" if zero else "a number of more than 31 bits"
                return (
                    f"PostgreSQL cannot hold the {name} of {key!r} in {table.name}: {holds}. "
                    "Change that first."
                )
    return f"PostgreSQL cannot hold a record of {table.name}; look at its dates and numbers."


def _go_on_counting(target: sa.Connection, table: sa.Table, column: sa.Column) -> None:
    """The next row gets the number after the highest."""
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    highest = sa.func.max(column)
    target.execute(sa.select(sa.func.setval(sequence, highest)).having(highest.is_not(None)))


def _digest(connection: sa.Connection, table: sa.Table) -> Digest:
    digest = _Digest()
    for rows in _batches(connection, table):
        digest.add(rows)
    return digest.value


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[Rows]:
    """The rows of a table, some at a time; parents before those that name them."""
    found = connection.execute(sa.select(table), execution_options={"yield_per": _AT_ONCE})
    if table is schema.categories:
        yield from _generations(found.mappings().all())
    else:
        yield from found.mappings().partitions()


def _generations(rows: Rows) -> Iterator[Rows]:
    placed: set[Any] = {None}
    while rows:
        ready = [row for row in rows if row["parent"] in placed] or rows
        yield ready
        placed |= {row["id"] for row in ready}
        rows = [row for row in rows if row["id"] not in placed]


class _Digest:
    """Of rows in any order, as two databases do not sort texts alike."""

    def __init__(self) -> None:
        self.value: Digest = (0, 0)

    def add(self, rows: Rows) -> None:
        count, total = self.value
        for row in rows:
            line = repr(tuple(row.values())).encode()
            total += int.from_bytes(hashlib.sha256(line).digest(), "big")
        self.value = (count + len(rows), total)
