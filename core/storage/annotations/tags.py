"""Every query on tags: short names on frames, whichever run they are looked at in.

Each change gives what it added and removed, and `undo` puts that back. A tag is there as long as a
frame has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.errors import NotFound
from core.records import FrameId, FrameTag, TagChange
from core.storage.annotations import known_frames, validate_text
from core.storage.database import Database
from core.storage.schema import frame_tags

_WHAT = "A tag"


def add(db: Database, tag: str, frames: Iterable[FrameId]) -> TagChange:
    """Tag frames; those that have the tag keep it. Raises NotFound, InvalidSetting."""
    name, chosen = validate_text.name(tag, _WHAT), known_frames.distinct(frames)
    with db.write() as connection:
        known_frames.require(connection, chosen)
        there = _with(connection, name)
        added = tuple(FrameTag(frame, name) for frame in chosen if frame not in there)
        _insert(connection, added)
    return TagChange(added=added)


def remove(db: Database, tag: str, frames: Iterable[FrameId]) -> TagChange:
    """Take a tag from frames; those without it are passed over."""
    name = validate_text.name(tag, _WHAT)
    with db.write() as connection:
        there = _with(connection, name)
        removed = tuple(FrameTag(f, name) for f in known_frames.distinct(frames) if f in there)
        _delete(connection, removed)
    return TagChange(removed=removed)


def rename(db: Database, tag: str, new: str) -> TagChange:
    """Give a tag another name; where that is a tag already the two become one.

    Raises NotFound, InvalidSetting.
    """
    old, name = validate_text.name(tag, _WHAT), validate_text.name(new, _WHAT)
    with db.write() as connection:
        there, named_so = _required(connection, old), _with(connection, name)
        if name == old:
            return TagChange()
        change = TagChange(
            added=tuple(FrameTag(frame, name) for frame in there if frame not in named_so),
            removed=tuple(FrameTag(frame, old) for frame in there),
        )
        _delete(connection, change.removed)
        _insert(connection, change.added)
    return change


def delete(db: Database, tag: str) -> TagChange:
    """Take a tag from every frame. Raises NotFound."""
    name = validate_text.name(tag, _WHAT)
    with db.write() as connection:
        removed = tuple(FrameTag(frame, name) for frame in _required(connection, name))
        _delete(connection, removed)
    return TagChange(removed=removed)


def undo(db: Database, change: TagChange) -> None:
    """Take back a change. Raises NotFound when a video of it was deleted meanwhile."""
    with db.write() as connection:
        known_frames.require(connection, (one.frame for one in change.removed))
        _delete(connection, change.added)
        _delete(connection, change.removed)  # somebody may have put some of them back already
        _insert(connection, change.removed)


def counts(db: Database) -> dict[str, int]:
    """Every tag with the number of its frames, in the order of the names."""
    query = (
        sa.select(frame_tags.c.tag, sa.func.count())
        .group_by(frame_tags.c.tag)
        .order_by(sa.func.lower(frame_tags.c.tag), frame_tags.c.tag)
    )
    with db.read() as connection:
        return dict(connection.execute(query).tuples().all())


def frames_with(db: Database, tag: str) -> list[FrameId]:
    """The frames that have a tag, by video and time; none for an unknown tag."""
    with db.read() as connection:
        return list(_with(connection, validate_text.name(tag, _WHAT)))


def of_frame(db: Database, frame: FrameId) -> list[str]:
    """The tags of one frame, by name."""
    query = (
        sa.select(frame_tags.c.tag)
        .where(frame_tags.c.video_id == frame.video_id, frame_tags.c.index == frame.index)
        .order_by(frame_tags.c.tag)
    )
    with db.read() as connection:
        return list(connection.execute(query).scalars())


def of_frames(
    db: Database, video_ids: Iterable[str] | None = None
) -> dict[FrameId, tuple[str, ...]]:
    """The tags of every frame that has any, in these videos or in the library."""
    query = sa.select(frame_tags).order_by(
        frame_tags.c.video_id, frame_tags.c.index, frame_tags.c.tag
    )
    if video_ids is not None:
        query = query.where(frame_tags.c.video_id.in_(list(video_ids)))
    found: dict[FrameId, tuple[str, ...]] = {}
    with db.read() as connection:
        for video_id, index, tag in connection.execute(query):
            frame = FrameId(video_id, index)
            found[frame] = (*found.get(frame, ()), tag)
    return found


def _with(connection: sa.Connection, tag: str) -> dict[FrameId, None]:
    """The frames that have the tag, ordered, as a set that keeps its order."""
    query = (
        sa.select(frame_tags.c.video_id, frame_tags.c.index)
        .where(frame_tags.c.tag == tag)
        .order_by(frame_tags.c.video_id, frame_tags.c.index)
    )
    return {FrameId(*row): None for row in connection.execute(query)}


def _required(connection: sa.Connection, tag: str) -> dict[FrameId, None]:
    there = _with(connection, tag)
    if not there:
        raise NotFound(f"There is no tag {tag!r} in this library.")
    return there


def _insert(connection: sa.Connection, listed: tuple[FrameTag, ...]) -> None:
    if listed:
        connection.execute(sa.insert(frame_tags), [_row(one) for one in listed])


def _delete(connection: sa.Connection, listed: tuple[FrameTag, ...]) -> None:
    if listed:
        names = ("video_id", "index", "tag")
        same = (frame_tags.c[name] == sa.bindparam(f"{name}_") for name in names)
        rows = [{f"{name}_": value for name, value in _row(one).items()} for one in listed]
        connection.execute(sa.delete(frame_tags).where(*same), rows)


def _row(one: FrameTag) -> dict[str, Any]:
    return {"video_id": one.frame.video_id, "index": one.frame.index, "tag": one.tag}
