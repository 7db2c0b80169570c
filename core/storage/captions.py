"""Every query on caption segments."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace as replace_fields
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.records import Caption
from core.storage import caption_history
from core.storage.caption_history import Change
from core.storage.database import Database
from core.storage.rows import columns, listed, records, texts_by_video, to_row
from core.storage.schema import captions, videos

_PLACE = captions.c.position


class Said(NamedTuple):
    """What is said, and when, in seconds."""

    start_s: float
    end_s: float
    text: str


def of_video(db: Database, video_id: str) -> list[Caption]:
    """A video's segments, in order."""
    return listed(db, Caption, _in_order(captions.c.video_id == video_id))


def said(db: Database, video_id: str) -> list[Said]:
    """The same, without what only corrections ask for: a third of the time."""
    query = sa.select(captions.c.start_s, captions.c.end_s, captions.c.text)
    where = captions.c.video_id == video_id
    with db.read() as connection:
        return [Said(*row) for row in connection.execute(query.where(where).order_by(_PLACE))]


def said_in(db: Database, video_ids: Collection[str]) -> dict[str, list[Said]]:
    """The same of several videos, in one reading."""
    found: dict[str, list[Said]] = {video_id: [] for video_id in video_ids}
    query = sa.select(captions.c.video_id, captions.c.start_s, captions.c.end_s, captions.c.text)
    query = query.where(captions.c.video_id.in_(video_ids)).order_by(captions.c.video_id, _PLACE)
    with db.read() as connection:
        for video_id, start_s, end_s, text in connection.execute(query).all():
            found[video_id].append(Said(start_s, end_s, text))
    return found


def texts(db: Database) -> list[tuple[str, str]]:
    """Each video that has captions, and all their words, a segment a line."""
    return texts_by_video(db, captions)


def number_of(db: Database, video_id: str) -> int:
    """How many segments a video has."""
    query = sa.select(sa.func.count()).where(captions.c.video_id == video_id)
    with db.read() as connection:
        return connection.execute(query).scalar() or 0


def around(db: Database, video_id: str, from_s: float, to_s: float) -> list[Caption]:
    """A video's segments that are shown at some time in that open interval, in order."""
    where = (captions.c.video_id == video_id, captions.c.end_s > from_s, captions.c.start_s < to_s)
    return listed(db, Caption, _in_order(*where))


def replace_in(connection: sa.Connection, video_id: str, segments: list[Caption]) -> None:
    """Within a write: these are now all segments of the video, and nothing can be undone."""
    caption_history.forget(connection, video_id)
    connection.execute(sa.delete(captions).where(captions.c.video_id == video_id))
    if segments:
        connection.execute(sa.insert(captions), [to_row(segment) for segment in segments])


def replace(
    db: Database,
    video_id: str,
    segments: list[Caption],
    *,
    origin: str,
    timed: bool,
    language: str,
    **changes: Any,
) -> None:
    """Give a video new captions after the fact; `changes` are further fields of the video."""
    with db.write() as connection:
        replace_in(connection, video_id, segments)
        connection.execute(
            sa.update(videos)
            .where(videos.c.id == video_id)
            .values(
                captions=len(segments),
                caption_origin=origin,
                captions_timed=int(timed),
                language=language,
                **columns(changes),
            )
        )


def add_late(db: Database, video_id: str, segments: list[Caption], **changes: Any) -> bool:
    """Give a ready video that has no captions these, and set further fields of it.

    False, and nothing is changed, where it got some meanwhile or is gone.
    """
    still_none = (videos.c.id == video_id, videos.c.state == "ready", videos.c.captions == 0)
    values = columns({"captions": len(segments), **changes})
    with db.write() as connection:
        if connection.execute(sa.update(videos).where(*still_none).values(values)).rowcount == 0:
            return False
        replace_in(connection, video_id, segments)
    return True


def change(
    db: Database,
    video_id: str,
    label: str,
    first: int,
    count: int,
    edit: Callable[[list[Caption]], list[Caption]],
    was: str | None = None,
) -> None:
    """Make other segments of `count` segments from position `first` on, so that it can be undone.

    `label` says what is done. Raises NotFound for unknown segments, and InvalidSetting where the
    first of them does not say `was`, because it was changed meanwhile.
    """
    with db.write() as connection:
        before = [_segment(connection, video_id, first + place) for place in range(count)]
        if was is not None and before[0].text != was:
            raise InvalidSetting(
                f"Segment {first + 1} was changed meanwhile; look at it and do it again."
            )
        after = edit(before)
        if after != before:
            done = Change(label, first, tuple(before), tuple(after))
            caption_history.record(connection, video_id, done)


def correct(
    db: Database,
    video_id: str,
    position: int,
    *,
    text: str,
    start_s: float,
    end_s: float,
    was: str | None = None,
) -> None:
    """Keep an analyst's correction; the first wording and times stay in the `original_` fields.

    Raises NotFound for an unknown segment, InvalidSetting for times that are not 0 <= start < end
    and as `change` does.
    """
    if not 0 <= start_s < end_s < float("inf"):
        raise InvalidSetting(
            f"A segment must start at 0 s or later and end after it starts; "
            f"{start_s:g} s to {end_s:g} s was given."
        )
    now = {"text": text, "start_s": start_s, "end_s": end_s}
    label = f"correction of segment {position + 1}"
    change(db, video_id, label, position, 1, lambda one: [_corrected(one[0], now)], was)


def revert(db: Database, video_id: str, position: int, was: str | None = None) -> None:
    """Give a segment its first wording and times back. Raises as `change` does."""
    label = f"reverting of segment {position + 1}"
    change(db, video_id, label, position, 1, lambda one: [_corrected(one[0], _first(one[0]))], was)


def undo(db: Database, video_id: str) -> str | None:
    """Take the last change back and give its label, None where there is none."""
    with db.write() as connection:
        return caption_history.undo(connection, video_id)


def redo(db: Database, video_id: str) -> str | None:
    """Make the change again that was undone last; its label, None where there is none."""
    with db.write() as connection:
        return caption_history.redo(connection, video_id)


def changes(db: Database, video_id: str) -> tuple[str | None, str | None]:
    """The labels of what `undo` and `redo` would do."""
    with db.read() as connection:
        return caption_history.labels(connection, video_id)


def _segment(connection: sa.Connection, video_id: str, position: int) -> Caption:
    query = _in_order(captions.c.video_id == video_id, captions.c.position == position)
    found = records(connection, Caption, query)
    if not found:
        raise NotFound(f"Video {video_id} has no caption segment {position}.")
    return found[0]


def _in_order(*where: sa.ColumnElement[bool]) -> sa.Select:
    return sa.select(captions).where(*where).order_by(_PLACE)


def _first(segment: Caption) -> dict[str, Any]:
    """What a segment said, and when, before any correction."""
    prefix = "original_" if segment.corrected else ""
    return {name: getattr(segment, prefix + name) for name in ("text", "start_s", "end_s")}


def _corrected(segment: Caption, now: dict[str, Any]) -> Caption:
    first = _first(segment)
    kept: dict[str, Any] = first if first != now else dict.fromkeys(first)
    fields: dict[str, Any] = {**now, **{f"original_{name}": kept[name] for name in kept}}
    return replace_fields(segment, **fields)
