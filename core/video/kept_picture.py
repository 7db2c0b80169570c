"""Reads one kept frame of a video from disk; knows nothing of what is made of it."""

from __future__ import annotations

import cv2
import numpy as np

from core.errors import VideoUnreadable
from core.storage import Database


def kept_picture(db: Database, video_id: str, file: str) -> np.ndarray:
    """(H, W, 3) uint8 RGB. Raises VideoUnreadable when the picture is missing or damaged."""
    picture = cv2.imread(str(db.files.frames(video_id) / file))
    if picture is None:
        raise VideoUnreadable(
            f"The kept frame {file} of video {video_id} is missing or damaged; "
            "delete the video and add it again."
        )
    return np.ascontiguousarray(picture[:, :, ::-1]).astype(np.uint8, copy=False)
