"""Every query on frames that an analyst leaves out of what is computed, each with a reason."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from core.records import FrameId, Run
from core.storage import changes
from core.storage.annotations import known_frames, validate_text
from core.storage.database import Database
from core.storage.schema import left_out


@dataclass(frozen=True)
class LeftOut:
    """Some frames that are left out, in order, and why."""

    frames: Mapping[FrameId, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.mark)

    @cached_property
    def mark(self) -> str:
        """Twelve letters that other frames do not have; "" for none. Reasons do not count."""
        said = "\n".join(map(str, sorted(self.frames)))
        return hashlib.sha256(said.encode()).hexdigest()[:12] if said else ""

    @property
    def reasons(self) -> dict[str, int]:
        """How many by reason, the most frequent first."""
        return dict(Counter(self.frames.values()).most_common())

    @property
    def spans(self) -> dict[str, dict[str, list[list[int]]]]:
        """By reason and video the first and last index of each stretch, as a run keeps it."""
        found: dict[str, dict[str, list[list[int]]]] = {}
        for (video_id, index), reason in sorted(self.frames.items()):
            stretches = found.setdefault(reason, {}).setdefault(video_id, [])
            if stretches and stretches[-1][1] == index - 1:
                stretches[-1][1] = index
            else:
                stretches.append([index, index])
        return found


NOTHING = LeftOut()


def from_spans(spans: Mapping[str, Mapping[str, Iterable[Iterable[int]]]]) -> LeftOut:
    """What `LeftOut.spans` gave."""
    return LeftOut(
        {
            FrameId(video_id, index): reason
            for reason, of_video in spans.items()
            for video_id, stretches in of_video.items()
            for first, last in stretches
            for index in range(first, last + 1)
        }
    )


def add(db: Database, frames: Iterable[FrameId], reason: str) -> tuple[FrameId, ...]:
    """Leave frames out; gives those that were not left out before: `remove` undoes it.

    Raises NotFound for a frame that is not there, InvalidSetting for a reason too long.
    """
    wanted, why = known_frames.distinct(frames), validate_text.short_name(reason, "A reason")
    with db.write() as connection:
        known_frames.require(connection, wanted)
        there = _all(connection)
        fresh = tuple(frame for frame in wanted if frame not in there)
        put(connection, dict.fromkeys(fresh, why))
        if fresh:
            said = f"Left out {len(fresh):,} frames" + (f": {why}" if why else "")
            changes.note(connection, said, delete={"left_out": _keys(fresh)})
    return fresh


def remove(db: Database, frames: Iterable[FrameId]) -> dict[FrameId, str]:
    """Take frames in again; gives those that were left out, and why."""
    with db.write() as connection:
        there = _all(connection)
        taken = {frame: there[frame] for frame in known_frames.distinct(frames) if frame in there}
        kept = _rows(connection, taken)
        take(connection, taken)
        if taken:
            said = f"Took {len(taken):,} frames in again"
            changes.note(connection, said, insert={"left_out": kept})
    return taken


def put(connection: sa.Connection, frames: Mapping[FrameId, str]) -> None:
    """Within a write: leave out frames that are not left out yet, each for its reason."""
    now = time.time()
    rows = [
        {"video_id": v, "index": i, "reason": why, "changed_at": now}
        for (v, i), why in frames.items()
    ]
    if rows:
        connection.execute(sa.insert(left_out), rows)


def take(connection: sa.Connection, frames: Iterable[FrameId]) -> None:
    """Within a write: take frames in again."""
    rows = [{"of": video_id, "at": index} for video_id, index in frames]
    same = (left_out.c.video_id == sa.bindparam("of"), left_out.c.index == sa.bindparam("at"))
    if rows:
        connection.execute(sa.delete(left_out).where(*same), rows)


def every(db: Database) -> dict[FrameId, str]:
    """All frames that are left out, by video and time, and why."""
    with db.read() as connection:
        return _all(connection)


def of_videos(db: Database, video_ids: Collection[str]) -> LeftOut:
    """What a training on these videos leaves out now."""
    wanted = set(video_ids)
    return LeftOut({frame: why for frame, why in every(db).items() if frame.video_id in wanted})


def of_run(db: Database, run: Run) -> LeftOut:
    """What clusters, maps and figures of a run leave out now that it was trained on."""
    now, untrained = of_videos(db, run.video_ids).frames, from_spans(run.left_out).frames
    return LeftOut({frame: why for frame, why in now.items() if frame not in untrained})


def _keys(frames: Iterable[FrameId]) -> list[dict[str, Any]]:
    return [{"video_id": video_id, "index": index} for video_id, index in frames]


def _rows(connection: sa.Connection, frames: Collection[FrameId]) -> list[dict[str, Any]]:
    every = connection.execute(sa.select(left_out)).mappings()
    return [dict(row) for row in every if FrameId(row["video_id"], row["index"]) in frames]


def _all(connection: sa.Connection) -> dict[FrameId, str]:
    query = sa.select(left_out.c.video_id, left_out.c.index, left_out.c.reason).order_by(
        left_out.c.video_id, left_out.c.index
    )
    return {FrameId(video, index): reason for video, index, reason in connection.execute(query)}


def said(reasons: Mapping[str, Any]) -> str:
    """ "12 titles, 3 black"; "" for none."""
    return ", ".join(f"{number:,} {why or 'without a reason'}" for why, number in reasons.items())
