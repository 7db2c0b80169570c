"""Every query on saved selections: lists of frames under a name, each with a note."""

from __future__ import annotations

import time
from collections.abc import Iterable

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.records import FrameId, Selection
from core.storage.annotations import known_frames, validate_text
from core.storage.database import Database
from core.storage.schema import selection_frames, selections

_WHAT = "A selection"


def save(db: Database, name: str, frames: Iterable[FrameId], note: str = "") -> Selection | None:
    """Keep a list of frames under a name, in its order; gives the selection it replaces.

    Raises InvalidSetting for no name and no frames, NotFound for a frame that is not there.
    """
    cleaned, kept = validate_text.name(name, _WHAT), known_frames.distinct(frames)
    if not kept:
        raise InvalidSetting("Nothing is selected; select some frames first.")
    with db.write() as connection:
        known_frames.require(connection, kept)
        before = _found(connection, cleaned)
        connection.execute(sa.delete(selections).where(selections.c.name == cleaned))
        connection.execute(
            sa.insert(selections).values(
                name=cleaned, note=validate_text.note(note), changed_at=time.time()
            )
        )
        connection.execute(sa.insert(selection_frames), _rows(cleaned, kept))
    return before


def get(db: Database, name: str) -> Selection:
    """Raises NotFound."""
    with db.read() as connection:
        return _required(connection, name)


def every(db: Database) -> list[Selection]:
    """All selections, by name; one has no frames when their videos were deleted."""
    with db.read() as connection:
        names = connection.execute(
            sa.select(selections.c.name).order_by(sa.func.lower(selections.c.name))
        ).scalars()
        return [_required(connection, name) for name in names.all()]


def counts(db: Database) -> dict[str, int]:
    """Every selection with the number of its frames, in the order of the names."""
    query = (
        sa.select(selections.c.name, sa.func.count(selection_frames.c.position))
        .outerjoin(selection_frames, selection_frames.c.selection == selections.c.name)
        .group_by(selections.c.name)
        .order_by(sa.func.lower(selections.c.name), selections.c.name)
    )
    with db.read() as connection:
        return dict(connection.execute(query).tuples().all())


def annotate(db: Database, name: str, note: str) -> str:
    """Write the note of a selection, "" takes it away; gives what it said. Raises NotFound."""
    with db.write() as connection:
        before = _required(connection, name)
        connection.execute(
            sa.update(selections)
            .where(selections.c.name == before.name)
            .values(note=validate_text.note(note), changed_at=time.time())
        )
    return before.note


def rename(db: Database, name: str, new: str) -> None:
    """Raises NotFound, and InvalidSetting when the new name is taken."""
    cleaned = validate_text.name(new, _WHAT)
    with db.write() as connection:
        before = _required(connection, name)
        if cleaned != before.name and _found(connection, cleaned) is not None:
            raise InvalidSetting(f"There is a selection {cleaned!r} already; choose another name.")
        connection.execute(
            sa.update(selections)
            .where(selections.c.name == before.name)
            .values(name=cleaned, changed_at=time.time())
        )


def delete(db: Database, name: str) -> Selection:
    """Gives the selection that is gone: `save` puts it back. Raises NotFound."""
    with db.write() as connection:
        before = _required(connection, name)
        connection.execute(sa.delete(selections).where(selections.c.name == before.name))
    return before


def _rows(name: str, frames: tuple[FrameId, ...]) -> list[dict[str, str | int]]:
    return [
        {"selection": name, "position": place, "video_id": frame.video_id, "index": frame.index}
        for place, frame in enumerate(frames)
    ]


def _required(connection: sa.Connection, name: str) -> Selection:
    found = _found(connection, name)
    if found is None:
        raise NotFound(f"There is no selection {name!r} in this library.")
    return found


def _found(connection: sa.Connection, name: str) -> Selection | None:
    cleaned = validate_text.short_name(name, _WHAT)
    row = connection.execute(sa.select(selections).where(selections.c.name == cleaned)).first()
    if row is None:
        return None
    query = (
        sa.select(selection_frames.c.video_id, selection_frames.c.index)
        .where(selection_frames.c.selection == cleaned)
        .order_by(selection_frames.c.position)
    )
    frames = tuple(FrameId(*frame) for frame in connection.execute(query))
    return Selection(row.name, frames, row.note, row.changed_at)
