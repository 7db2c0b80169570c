"""Keeps what is measured of each frame's picture beside the frames: computed once, then read."""

from __future__ import annotations

import numpy as np

from core.analysis.picture_measures import NAMES, measured
from core.storage import Database, videos
from core.storage.files import atomic, load_array
from core.storage.progress import Progress
from core.video.kept_picture import kept_picture


def focus_and_bars(
    db: Database, video_id: str, report: Progress | None = None
) -> dict[str, np.ndarray]:
    """(N,) float32 for each of core.analysis.picture_measures.NAMES, in the order of the frames.

    Raises VideoUnreadable when a kept picture is damaged.
    """
    path, frames = db.files.measures(video_id), videos.frames_of(db, video_id)
    kept = load_array(path) if path.exists() else np.empty((0, len(NAMES)), np.float32)
    newer = path.exists() and path.stat().st_mtime_ns >= _written(db, video_id)
    if kept.shape != (len(frames), len(NAMES)) or not newer:
        kept = np.zeros((len(frames), len(NAMES)), np.float32)
        for row, frame in enumerate(frames):
            kept[row] = measured(kept_picture(db, video_id, frame.file))
            if report is not None:
                report((row + 1) / len(frames), f"Measuring frame {row + 1:,} of {len(frames):,}")
        with atomic(path) as temporary, temporary.open("wb") as out:
            np.save(out, kept, allow_pickle=False)
    return dict(zip(NAMES, kept.T, strict=True))


def _written(db: Database, video_id: str) -> int:
    folder = db.files.frames(video_id)
    return folder.stat().st_mtime_ns if folder.exists() else 0
