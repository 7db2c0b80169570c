"""A video's frames at training size: derived once from the kept pictures, then read from disk."""

from __future__ import annotations

import av
import numpy as np

from core.storage import Database, videos
from core.storage.files import atomic, load_array
from core.video.kept_picture import kept_picture


def pixels(db: Database, video_id: str, width: int, height: int) -> np.ndarray:
    """(N, height, width, 3) uint8 RGB, memory-mapped, rows in the order of the frames.

    Frames are stretched to the size, as published; FFmpeg's bicubic scaler does it, which gives the
    published PCA baseline to three digits. Raises VideoUnreadable when a kept picture is damaged.
    """
    path = db.files.pixels(video_id, width, height)
    frames = videos.frames_of(db, video_id)
    if not path.exists() or len(load_array(path, mmap=True)) != len(frames):
        with atomic(path) as temporary:
            shape = (len(frames), height, width, 3)
            kept = np.lib.format.open_memmap(temporary, "w+", np.uint8, shape)
            for row, frame in enumerate(frames):
                kept[row] = resized(kept_picture(db, video_id, frame.file), width, height)
            kept.flush()
    return load_array(path, mmap=True)


def resized(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """(H, W, 3) uint8 RGB -> (height, width, 3), in the way described above."""
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    return frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
