"""The rows of a run as the routes need them: read once, kept while the file is the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.caching import computed_once
from core.errors import NotFound
from core.storage import Database, results, videos
from core.storage.results import RowsOfFrames


@dataclass(frozen=True)
class RunRows:
    """Which frame each row of a run's arrays is, and when it was shown."""

    row_of: RowsOfFrames
    video_ids: tuple[str, ...]  # in order of first appearance
    video: np.ndarray  # (N,) uint16, place in video_ids
    index: np.ndarray  # (N,) int32
    time_s: np.ndarray  # (N,) float64


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
    listed = results.stretches(db, run_id)
    video_ids, video, index = results.by_row(listed)
    times = videos.times(db, video_ids)
    of_stretches = [_times(times[one.video_id], one.indices) for one in listed]
    return RunRows(
        row_of=RowsOfFrames(listed),
        video_ids=video_ids,
        video=video.astype("<u2"),
        index=index.astype("<i4"),
        time_s=np.concatenate([np.empty(0), *of_stretches]),
    )


def _times(of_video: np.ndarray, indices: range) -> np.ndarray:
    """(n,) seconds; 0 of frames that the library does not know any more."""
    known = of_video[indices.start : indices.stop]
    return np.pad(known, (0, len(indices) - len(known)))


@computed_once(4)
def _texts(db: Database, run_id: str, _written: int) -> list[str] | None:
    return results.decoded_texts(db, run_id)
