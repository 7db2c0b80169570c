"""Every query on videos and their frames."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from core.errors import Busy, NotFound
from core.records import Caption, Frame, FrameId, Video
from core.storage import acting
from core.storage import captions as captions_table
from core.storage import runs as runs_table
from core.storage.database import Database
from core.storage.files import remove_tree
from core.storage.rows import change, columns, listed, only, to_row
from core.storage.schema import frames, videos

_EVEN_S = 1e-6  # seconds by which frames may be off


def new_id() -> str:
    """A short id that is safe in addresses, file names and spoken English."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(8))


def add(db: Database, video: Video) -> None:
    with db.write() as connection:
        connection.execute(sa.insert(videos).values(to_row(video)))


def get(db: Database, video_id: str) -> Video:
    """Raises NotFound."""
    return only(db, Video, sa.select(videos).where(videos.c.id == video_id), f"video {video_id!r}")


def every(db: Database) -> list[Video]:
    """All videos, oldest first."""
    return listed(db, Video, sa.select(videos).order_by(videos.c.added_at, videos.c.id))


class Totals(NamedTuple):
    """What the library holds, in numbers."""

    videos: int
    waiting: int  # videos that are being read
    frames: int
    captions: int  # segments
    groups: int  # of the videos that can be trained on


def totals(db: Database) -> Totals:
    """Counted by the database: the side bar asks every second, whose library may be large."""
    waiting = sa.case((videos.c.state == "waiting", 1), else_=0)
    groups = sa.distinct(sa.case((videos.c.state == "ready", videos.c.group)))
    sums = [
        sa.func.coalesce(sa.func.sum(one), 0)
        for one in (waiting, videos.c.frames, videos.c.captions)
    ]
    query = sa.select(sa.func.count(), *sums, sa.func.count(groups)).select_from(videos)
    with db.read() as connection:
        return Totals(*map(int, connection.execute(query).one()))


def ready(db: Database) -> list[Video]:
    """The videos that can be trained on, oldest first."""
    return [video for video in every(db) if video.state == "ready"]


def update(db: Database, video_id: str, **changes: Any) -> None:
    """Set some fields. Raises NotFound."""
    if not change(db, videos, changes, videos.c.id == video_id):
        raise NotFound(f"There is no video {video_id!r} in this library.")


def change_state(db: Database, video_id: str, of: tuple[str, ...], **changes: Any) -> bool:
    """Set some fields of a video whose state is one of `of`; False when it is not, or gone."""
    return change(db, videos, changes, videos.c.id == video_id, videos.c.state.in_(of))


def finish_ingest(
    db: Database,
    video_id: str,
    sampled: list[Frame],
    segments: list[Caption],
    **changes: Any,
) -> None:
    """Record an ingest's whole result at once; a repeated ingest replaces the first.

    `changes` are further fields of the video; `frames`, `captions` and `state` are set here.
    """
    with db.write() as connection:
        values = {"state": "ready", "frames": len(sampled), "captions": len(segments)}
        done = connection.execute(
            sa.update(videos).where(videos.c.id == video_id).values(columns({**values, **changes}))
        )
        if done.rowcount == 0:
            raise NotFound(f"Video {video_id!r} was deleted while it was being read.")
        connection.execute(sa.delete(frames).where(frames.c.video_id == video_id))
        if sampled:
            connection.execute(sa.insert(frames), [to_row(frame) for frame in sampled])
        captions_table.replace_in(connection, video_id, segments)


def frames_of(db: Database, video_id: str) -> list[Frame]:
    """The sampled frames of a video, in time."""
    query = sa.select(frames).where(frames.c.video_id == video_id).order_by(frames.c.index)
    return listed(db, Frame, query)


def times_of(db: Database, video_id: str) -> list[float]:
    """When its sampled frames are shown, in seconds."""
    query = sa.select(frames.c.time_s).where(frames.c.video_id == video_id).order_by(frames.c.index)
    with db.read() as connection:
        return list(connection.scalars(query))


def times(db: Database, video_ids: Collection[str]) -> dict[str, np.ndarray]:
    """The same of several videos, (frames,) float64 each.

    Nearly all are sampled evenly, which the database finds out; only of others every time is read.
    """
    off = sa.func.max(sa.func.abs(frames.c.time_s - frames.c.index * videos.c.every_s))
    query = (
        sa.select(videos.c.id, videos.c.every_s, sa.func.count(), sa.func.max(frames.c.index), off)
        .join(frames, frames.c.video_id == videos.c.id)
        .where(videos.c.id.in_(video_ids))
        .group_by(videos.c.id, videos.c.every_s)
    )
    with db.read() as connection:
        even = {
            video_id: every_s * np.arange(count)
            for video_id, every_s, count, last, apart in connection.execute(query)
            if last == count - 1 and apart < _EVEN_S
        }
    return {one: even[one] if one in even else np.array(times_of(db, one)) for one in video_ids}


def frames_between(
    db: Database, video_id: str, from_s: float, until_s: float | None
) -> list[FrameId]:
    """The sampled frames from a time to before another one, in seconds; None is the end."""
    until = float("inf") if until_s is None else until_s
    return [one.id for one in frames_of(db, video_id) if from_s <= one.time_s < until]


def frame(db: Database, video_id: str, index: int) -> Frame:
    """Raises NotFound."""
    query = sa.select(frames).where(frames.c.video_id == video_id, frames.c.index == index)
    return only(db, Frame, query, f"frame {video_id}:{index}")


def delete(db: Database, video_id: str) -> None:
    """Remove a video, its files, and the runs that were trained on it.

    Raises NotFound, NotAllowed, and Busy while a training uses it.
    """
    acting.require("owner", "delete a video")
    video = get(db, video_id)
    trained = runs_table.using(db, video_id)
    active = [run.name for run in trained if run.state in ("queued", "running")]
    if active:
        raise Busy(f"{video.title} is being trained on ({active[0]}); cancel that run first.")
    for run in trained:
        runs_table.delete(db, run.id)
    with db.write() as connection:
        connection.execute(sa.delete(videos).where(videos.c.id == video_id))
    remove_tree(db.files.video(video_id))
