"""Every query on caption segments."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.records import Caption
from core.storage.database import Database
from core.storage.rows import columns, listed, records, to_row
from core.storage.schema import captions, videos


def of_video(db: Database, video_id: str) -> list[Caption]:
    """A video's segments, in order."""
    return listed(db, Caption, _in_order(captions.c.video_id == video_id))


def around(db: Database, video_id: str, from_s: float, to_s: float) -> list[Caption]:
    """A video's segments that are shown at some time in that open interval, in order."""
    where = (captions.c.video_id == video_id, captions.c.end_s > from_s, captions.c.start_s < to_s)
    return listed(db, Caption, _in_order(*where))


def replace_in(connection: sa.Connection, video_id: str, segments: list[Caption]) -> None:
    """Within a write: these are now all segments of the video."""
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


def correct(
    db: Database, video_id: str, position: int, *, text: str, start_s: float, end_s: float
) -> None:
    """Keep an analyst's correction; the first wording and times stay in the `original_` fields.

    Raises NotFound for an unknown segment, InvalidSetting for times that are not 0 <= start < end.
    """
    if not 0 <= start_s < end_s < float("inf"):
        raise InvalidSetting(
            f"A segment must start at 0 s or later and end after it starts; "
            f"{start_s:g} s to {end_s:g} s was given."
        )
    with db.write() as connection:
        segment = _segment(connection, video_id, position)
        now = {"text": text, "start_s": start_s, "end_s": end_s}
        first = _first(segment)
        kept = first if first != now else dict.fromkeys(first)
        _set(connection, segment, now | {f"original_{name}": kept[name] for name in kept})


def revert(db: Database, video_id: str, position: int) -> None:
    """Give a segment its first wording and times back. Raises NotFound."""
    with db.write() as connection:
        segment = _segment(connection, video_id, position)
        first = _first(segment)
        _set(connection, segment, first | {f"original_{name}": None for name in first})


def _segment(connection: sa.Connection, video_id: str, position: int) -> Caption:
    query = _in_order(captions.c.video_id == video_id, captions.c.position == position)
    found = records(connection, Caption, query)
    if not found:
        raise NotFound(f"Video {video_id} has no caption segment {position}.")
    return found[0]


def _in_order(*where: sa.ColumnElement[bool]) -> sa.Select:
    return sa.select(captions).where(*where).order_by(captions.c.position)


def _first(segment: Caption) -> dict[str, Any]:
    """What a segment said, and when, before any correction."""
    prefix = "original_" if segment.corrected else ""
    return {name: getattr(segment, prefix + name) for name in ("text", "start_s", "end_s")}


def _set(connection: sa.Connection, segment: Caption, values: dict[str, Any]) -> None:
    connection.execute(
        sa.update(captions)
        .where(captions.c.video_id == segment.video_id, captions.c.position == segment.position)
        .values(values)
    )
