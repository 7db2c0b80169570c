"""The rows of a run as the routes need them: read once, kept while the file is the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.caching import computed_once
from core.errors import NotFound
from core.records import FrameId
from core.storage import Database, results, videos


@dataclass(frozen=True)
class RunRows:
    """Which frame each row of a run's arrays is, and when it was shown."""

    frames: tuple[FrameId, ...]
    row_of: dict[FrameId, int]
    video_ids: tuple[str, ...]  # in order of first appearance
    video: np.ndarray  # (N,) uint16, place in video_ids
    index: np.ndarray  # (N,) int32
    time_s: np.ndarray  # (N,) float32


def run_rows(db: Database, run_id: str) -> RunRows:
    """Raises NotFound for a run without latents."""
    path = db.files.run(run_id) / "frames.json"
    try:
        written = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise NotFound(f"There is no finished run {run_id!r} in this library.") from None
    return _read(db, run_id, written)


def decoded_texts(db: Database, run_id: str) -> list[str] | None:
    """The words decoded from each row's latent; None for a run without words."""
    path = db.files.run(run_id) / "decoded.json"
    try:
        written = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _texts(db, run_id, written)


@computed_once(16)
def _read(db: Database, run_id: str, _written: int) -> RunRows:
    listed = tuple(results.frames(db, run_id))
    video_ids = tuple(dict.fromkeys(frame.video_id for frame in listed))
    place = {video_id: i for i, video_id in enumerate(video_ids)}
    times = {f.id: f.time_s for v in video_ids for f in videos.frames_of(db, v)}
    return RunRows(
        frames=listed,
        row_of={frame: row for row, frame in enumerate(listed)},
        video_ids=video_ids,
        video=np.array([place[f.video_id] for f in listed], dtype="<u2"),
        index=np.array([f.index for f in listed], dtype="<i4"),
        time_s=np.array([times.get(f, 0.0) for f in listed], dtype="<f4"),
    )


@computed_once(4)
def _texts(db: Database, run_id: str, _written: int) -> list[str] | None:
    return results.decoded_texts(db, run_id)
