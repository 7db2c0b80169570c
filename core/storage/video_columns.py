"""Every query on the columns of videos that an analyst adds: country, ownership, genre, date."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.storage.annotations import validate_text
from core.storage.database import Database
from core.storage.schema import video_columns, video_values, videos

MOST = 50  # columns
RESERVED = ("id", "video_id", "title", "group", "source", "origin", "address")  # of the video
_WHAT = "A column"


class Cell(NamedTuple):
    """Where a value stands."""

    video_id: str
    column: str


@dataclass(frozen=True)
class ColumnChange:
    """What the changed cells and groups were before, and which columns are new."""

    cells: dict[Cell, str]
    groups: dict[str, str] = field(default_factory=dict)  # by video
    added: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Values that it changed."""
        return len(self.cells) + len(self.groups)


def names(db: Database) -> list[str]:
    """The columns, in the order in which they were added."""
    with db.read() as connection:
        return _names(connection)


def values(db: Database) -> dict[str, dict[str, str]]:
    """Each column's values by video, in the order of the columns; blank cells are left out."""
    query = sa.select(video_values.c.column, video_values.c.video_id, video_values.c.value)
    with db.read() as connection:
        found: dict[str, dict[str, str]] = {name: {} for name in _names(connection)}
        for column, video_id, value in connection.execute(query):
            found[column][video_id] = value
    return found


def add(db: Database, name: str) -> str:
    """A new, blank column; gives its name as it is kept.

    Raises InvalidSetting for a name that is taken, that every video has already, or no name, and
    where there are 50 columns.
    """
    with db.write() as connection:
        return _add(connection, name)


def write(
    db: Database,
    cells: Mapping[Cell, str],
    groups: Mapping[str, str] | None = None,
    adding: Sequence[str] = (),
) -> ColumnChange:
    """Set values, "" takes one away, and groups of videos; add columns first. All or nothing.

    Gives what to `undo`. Raises NotFound for a video or column that there is not, InvalidSetting
    for a value of more than 300 characters and a group or column without a name.
    """
    cleaned = {cell: validate_text.value(text) for cell, text in cells.items()}
    wanted = {video: _group(text) for video, text in (groups or {}).items()}
    with db.write() as connection:
        added = tuple(_add(connection, name) for name in adding)
        _require_known(connection, cleaned, wanted)
        before = {cell: _value(connection, cell) for cell in cleaned}
        changed = {cell: text for cell, text in cleaned.items() if text != before[cell]}
        _set(connection, changed)
        was = _set_groups(connection, wanted)
    return ColumnChange({cell: before[cell] for cell in changed}, was, added)


def undo(db: Database, change: ColumnChange) -> None:
    """Take back a change. Raises NotFound when a video or column of it was deleted meanwhile."""
    with db.write() as connection:
        _require_known(connection, change.cells, change.groups)
        _set(connection, change.cells)
        _set_groups(connection, change.groups)
        for name in change.added:
            connection.execute(sa.delete(video_columns).where(video_columns.c.name == name))


def rename(db: Database, name: str, new: str) -> None:
    """Raises NotFound, and InvalidSetting for a name that it cannot have."""
    cleaned = _new_name(new)
    with db.write() as connection:
        _require_column(connection, name)
        if cleaned.casefold() != name.casefold():
            _require_free(connection, cleaned)
        same = video_columns.c.name == name
        connection.execute(sa.update(video_columns).where(same).values(name=cleaned))


def delete(db: Database, name: str) -> dict[Cell, str]:
    """Take a column away; gives what it held: `add` and `write` put it back. Raises NotFound."""
    own = video_values.c.column == name
    with db.write() as connection:
        _require_column(connection, name)
        query = sa.select(video_values.c.video_id, video_values.c.value).where(own)
        held = {Cell(video, name): value for video, value in connection.execute(query)}
        connection.execute(sa.delete(video_columns).where(video_columns.c.name == name))
    return held


def _names(connection: sa.Connection) -> list[str]:
    query = sa.select(video_columns.c.name).order_by(video_columns.c.added_at, video_columns.c.name)
    return list(connection.execute(query).scalars())


def _new_name(name: str) -> str:
    cleaned = validate_text.name(name, _WHAT)
    if cleaned.casefold() in RESERVED:
        raise InvalidSetting(
            f"Every video has its {cleaned.casefold()} already; name it otherwise."
        )
    return cleaned


def _require_free(connection: sa.Connection, name: str) -> None:
    taken = {known.casefold(): known for known in _names(connection)}.get(name.casefold())
    if taken is not None:
        raise InvalidSetting(f"There is a column {taken!r} already; choose another name.")


def _require_column(connection: sa.Connection, name: str) -> None:
    if name not in _names(connection):
        raise NotFound(f"There is no column {name!r} in this library.")


def _require_known(
    connection: sa.Connection, cells: Iterable[Cell], video_ids: Iterable[str]
) -> None:
    cells = list(cells)
    for column in dict.fromkeys(cell.column for cell in cells):
        _require_column(connection, column)
    known = set(connection.execute(sa.select(videos.c.id)).scalars())
    for video_id in (*(cell.video_id for cell in cells), *video_ids):
        if video_id not in known:
            raise NotFound(f"There is no video {video_id!r} in this library.")


def _add(connection: sa.Connection, name: str) -> str:
    cleaned = _new_name(name)
    _require_free(connection, cleaned)
    if len(_names(connection)) >= MOST:
        raise InvalidSetting(f"A library has at most {MOST} columns; delete one first.")
    last = connection.execute(sa.select(sa.func.max(video_columns.c.added_at))).scalar() or 0.0
    added_at = max(time.time(), math.nextafter(last, math.inf))  # their order is that of adding
    connection.execute(sa.insert(video_columns).values(name=cleaned, added_at=added_at))
    return cleaned


def _set(connection: sa.Connection, cells: Mapping[Cell, str]) -> None:
    for cell, text in cells.items():
        connection.execute(sa.delete(video_values).where(*_at(cell)))
        if text:
            row = {"video_id": cell.video_id, "column": cell.column, "value": text}
            connection.execute(sa.insert(video_values).values(row))


def _set_groups(connection: sa.Connection, groups: Mapping[str, str]) -> dict[str, str]:
    """Gives the groups that the changed videos had."""
    before = {}
    for video_id, group in groups.items():
        own = videos.c.id == video_id
        was = connection.execute(sa.select(videos.c.group).where(own)).scalar_one()
        if was != group:
            before[video_id] = was
            connection.execute(sa.update(videos).where(own).values(group=group))
    return before


def _group(text: str) -> str:
    cleaned = validate_text.value(text)
    if not cleaned:
        raise InvalidSetting("A video needs a group; type one.")
    return cleaned


def _at(cell: Cell) -> tuple[sa.ColumnElement[bool], ...]:
    return video_values.c.video_id == cell.video_id, video_values.c.column == cell.column


def _value(connection: sa.Connection, cell: Cell) -> str:
    query = sa.select(video_values.c.value).where(*_at(cell))
    return connection.execute(query).scalar() or ""
