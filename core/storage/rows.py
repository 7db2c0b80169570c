"""Turns rows into records and back: JSON columns to tuples and dicts, integers to booleans.

What every module of a table does alike is here: it lists records, finds one, changes some fields.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any, TypeVar

import sqlalchemy as sa

from core.errors import LibraryDamaged, NotFound
from core.storage.database import Database

Record = TypeVar("Record")

_BOOLEAN = {"captions_timed", "automatic", "undone"}
_JSON = {
    *("video_ids", "config", "settings", "weights", "members", "choices"),
    *("provenance", "word_times", "refusal", "what", "edit", "left_out", "inverse"),
}


def to_row(record: Any) -> dict[str, Any]:
    """A record's fields as column values."""
    return {f.name: _to_column(f.name, getattr(record, f.name)) for f in dataclasses.fields(record)}


def columns(changes: dict[str, Any]) -> dict[str, Any]:
    """Some fields of a record as column values."""
    return {name: _to_column(name, value) for name, value in changes.items()}


def records(connection: sa.Connection, kind: type[Record], query: sa.Select) -> list[Record]:
    """Within a read or write: the records that a query of their fields finds."""
    found = connection.execute(query)
    names = tuple(found.keys())
    otherwise = [place for place, name in enumerate(names) if name in _BOOLEAN or name in _JSON]
    made = []
    for row in found:  # by place: of 50,000 frames by name takes twice as long
        values = list(row)
        for place in otherwise:
            values[place] = _from_column(names[place], values[place])
        made.append(kind(**dict(zip(names, values, strict=True))))
    return made


def listed(db: Database, kind: type[Record], query: sa.Select) -> list[Record]:
    """The records that a query of their fields finds."""
    with db.read() as connection:
        return records(connection, kind, query)


def texts_by_video(db: Database, table: sa.Table) -> list[tuple[str, str]]:
    """Each video and all its texts of a table, one a line, in no order: to look through at once."""
    joined = sa.func.aggregate_strings(table.c.text, "\n")
    query = sa.select(table.c.video_id, joined).group_by(table.c.video_id)
    with db.read() as connection:
        return [(*row,) for row in connection.execute(query)]


def only(db: Database, kind: type[Record], query: sa.Select, what: str) -> Record:
    """The record that a query finds. Raises NotFound that names `what` there is not."""
    found = listed(db, kind, query)
    if not found:
        raise NotFound(f"There is no {what} in this library.")
    return found[0]


def change(db: Database, table: sa.Table, changes: dict[str, Any], *where: Any) -> bool:
    """Set some fields of the row that fits; False where there is none."""
    with db.write() as connection:
        statement = sa.update(table).where(*where).values(columns(changes))
        return bool(connection.execute(statement).rowcount)


def _to_column(name: str, value: Any) -> Any:
    if name in _JSON:
        return json.dumps(value, sort_keys=True)
    return int(value) if name in _BOOLEAN else value


def _from_column(name: str, value: Any) -> Any:
    if name in _BOOLEAN:
        return bool(value)
    if name in _JSON:
        try:
            decoded = json.loads(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise LibraryDamaged(
                f"A record of the library is damaged (its {name}); restore a copy from backups/."
            ) from error
        return tuple(decoded) if isinstance(decoded, list) else decoded
    return value
