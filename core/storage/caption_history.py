"""Changes of a video's captions by hand, kept to be undone: which segments became which others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from core.records import Caption
from core.storage.rows import to_row
from core.storage.schema import caption_changes, captions, videos

KEPT = 100  # changes of a video


@dataclass(frozen=True)
class Change:
    """From position `first` on, `before` became `after`."""

    label: str
    first: int
    before: tuple[Caption, ...]
    after: tuple[Caption, ...]


def record(connection: sa.Connection, video_id: str, change: Change) -> None:
    """Within a write: make a change and keep it; what was undone before can no longer be redone."""
    _splice(connection, video_id, change.first, change.before, change.after)
    of_video = caption_changes.c.video_id == video_id
    connection.execute(sa.delete(caption_changes).where(of_video, caption_changes.c.undone == 1))
    newest = sa.select(sa.func.max(caption_changes.c.position)).where(of_video)
    position = (connection.execute(newest).scalar() or 0) + 1
    connection.execute(
        sa.insert(caption_changes).values(
            video_id=video_id,
            position=position,
            label=change.label,
            first=change.first,
            before=_to_json(change.before),
            after=_to_json(change.after),
        )
    )
    too_old = caption_changes.c.position <= position - KEPT
    connection.execute(sa.delete(caption_changes).where(of_video, too_old))


def undo(connection: sa.Connection, video_id: str) -> str | None:
    """Within a write: take the newest change back and give its label."""
    return _turn(connection, video_id, undone=True)


def redo(connection: sa.Connection, video_id: str) -> str | None:
    """Within a write: make the change again that was undone last, and give its label."""
    return _turn(connection, video_id, undone=False)


def _turn(connection: sa.Connection, video_id: str, *, undone: bool) -> str | None:
    row = _next(connection, video_id, undone=not undone)
    if row is None:
        return None
    before, after = _captions(video_id, row.before), _captions(video_id, row.after)
    there, wanted = (after, before) if undone else (before, after)
    _splice(connection, video_id, row.first, there, wanted)
    _mark(connection, row, undone=undone)
    return str(row.label)


def labels(connection: sa.Connection, video_id: str) -> tuple[str | None, str | None]:
    """Of what can be undone next and of what can be redone next."""
    last, undone = (_next(connection, video_id, undone=one) for one in (False, True))
    return (last.label if last else None), (undone.label if undone else None)


def forget(connection: sa.Connection, video_id: str) -> None:
    """Within a write: nothing of a video's captions can be undone any more."""
    connection.execute(sa.delete(caption_changes).where(caption_changes.c.video_id == video_id))


def _next(connection: sa.Connection, video_id: str, undone: bool) -> Any:
    place = caption_changes.c.position
    query = (
        sa.select(caption_changes)
        .where(caption_changes.c.video_id == video_id, caption_changes.c.undone == int(undone))
        .order_by(place.asc() if undone else place.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def _mark(connection: sa.Connection, row: Any, undone: bool) -> None:
    where = (
        caption_changes.c.video_id == row.video_id,
        caption_changes.c.position == row.position,
    )
    connection.execute(sa.update(caption_changes).where(*where).values(undone=int(undone)))


def _splice(
    connection: sa.Connection,
    video_id: str,
    first: int,
    gone: Sequence[Caption],
    come: Sequence[Caption],
) -> None:
    """Put segments in the place of others; those behind them move up or down."""
    place, of_video = captions.c.position, captions.c.video_id == video_id
    behind = first + len(gone)
    connection.execute(sa.delete(captions).where(of_video, place >= first, place < behind))
    moved = len(come) - len(gone)
    if moved:  # over negative numbers: no two may have one position for a moment
        for where, value in ((place >= behind, -place - moved - 1), (place < 0, -place - 1)):
            statement = sa.update(captions).where(of_video, where)
            connection.execute(statement.values(position=value))
        more = {"captions": videos.c.captions + moved}
        connection.execute(sa.update(videos).where(videos.c.id == video_id).values(more))
    placed = [{**to_row(one), "position": first + i} for i, one in enumerate(come)]
    if placed:
        connection.execute(sa.insert(captions), placed)


def _to_json(segments: Sequence[Caption]) -> str:
    kept = [asdict(one) for one in segments]
    return json.dumps([{k: v for k, v in one.items() if k != "video_id"} for one in kept])


def _captions(video_id: str, written: str) -> list[Caption]:
    return [
        Caption(**{**one, "video_id": video_id, "word_times": tuple(one["word_times"])})
        for one in json.loads(written)
    ]
