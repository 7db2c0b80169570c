"""Every query on frames that an analyst leaves out of comparisons, each with a reason."""

from __future__ import annotations

import time
from collections.abc import Iterable

import sqlalchemy as sa

from core.records import FrameId
from core.storage.annotations import known_frames, validate_text
from core.storage.database import Database
from core.storage.schema import left_out


def add(db: Database, frames: Iterable[FrameId], reason: str) -> tuple[FrameId, ...]:
    """Leave frames out; gives those that were not left out before: `remove` undoes it.

    Raises NotFound for a frame that is not there, InvalidSetting for a reason too long.
    """
    wanted, why = known_frames.distinct(frames), validate_text.short_name(reason, "A reason")
    with db.write() as connection:
        known_frames.require(connection, wanted)
        there = _all(connection)
        fresh = tuple(frame for frame in wanted if frame not in there)
        now = time.time()
        rows = [{"video_id": v, "index": i, "reason": why, "changed_at": now} for v, i in fresh]
        if rows:
            connection.execute(sa.insert(left_out), rows)
    return fresh


def remove(db: Database, frames: Iterable[FrameId]) -> dict[FrameId, str]:
    """Take frames in again; gives those that were left out, and why."""
    with db.write() as connection:
        there = _all(connection)
        taken = {frame: there[frame] for frame in known_frames.distinct(frames) if frame in there}
        for video_id, index in taken:
            same = (left_out.c.video_id == video_id, left_out.c.index == index)
            connection.execute(sa.delete(left_out).where(*same))
    return taken


def every(db: Database) -> dict[FrameId, str]:
    """All frames that are left out, by video and time, and why."""
    with db.read() as connection:
        return _all(connection)


def _all(connection: sa.Connection) -> dict[FrameId, str]:
    query = sa.select(left_out.c.video_id, left_out.c.index, left_out.c.reason).order_by(
        left_out.c.video_id, left_out.c.index
    )
    return {FrameId(video, index): reason for video, index, reason in connection.execute(query)}
