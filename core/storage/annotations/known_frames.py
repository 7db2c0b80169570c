"""Whether frames are in the library: nothing is written down about one that is not."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from core.errors import NotFound
from core.records import FrameId
from core.storage.schema import frames


def distinct(listed: Iterable[FrameId]) -> tuple[FrameId, ...]:
    """Each frame once, in the order given."""
    return tuple(dict.fromkeys(FrameId(*frame) for frame in listed))


def require(connection: sa.Connection, listed: Iterable[FrameId]) -> None:
    """Raises NotFound that names the first of the frames that is not there."""
    indices: dict[str, set[int]] = {}
    for frame in listed:
        if frame.video_id not in indices:
            query = sa.select(frames.c.index).where(frames.c.video_id == frame.video_id)
            indices[frame.video_id] = set(connection.execute(query).scalars())
        if frame.index not in indices[frame.video_id]:
            raise NotFound(f"There is no frame {frame} in this library; choose another.")
