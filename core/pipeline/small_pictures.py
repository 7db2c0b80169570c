"""Reads the small pictures of a video's frames, as they lie in its atlas."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from core.errors import VideoUnreadable
from core.records import Video
from core.storage import Database
from core.video.atlas import TILE_HEIGHT, TILE_WIDTH, TILES, place


def small_pictures(db: Database, video: Video, coloured: bool = False) -> Iterator[np.ndarray]:
    """(H, W) uint8 of each frame in order, grey, at most 60 x 100, without bars; or (H, W, 3) RGB.

    Raises VideoUnreadable where a page of the atlas is missing.
    """
    left, top, width, height = _inside(video)
    for page in range(-(-video.frames // TILES)):
        how = cv2.IMREAD_COLOR_RGB if coloured else cv2.IMREAD_GRAYSCALE
        sheet = cv2.imread(str(db.files.atlas(video.id, page)), how)
        if sheet is None:
            raise VideoUnreadable(
                f"The small pictures of {video.title} are missing or damaged; delete the video "
                "and add it again."
            )
        for index in range(page * TILES, min(video.frames, (page + 1) * TILES)):
            _, x, y = place(index)
            yield sheet[y + top : y + top + height, x + left : x + left + width]


def _inside(video: Video) -> tuple[int, int, int, int]:
    """(left, top, width, height) of the picture inside its tile: bars would be alike everywhere."""
    if not (video.width and video.height):
        return 0, 0, TILE_WIDTH, TILE_HEIGHT
    scale = min(TILE_WIDTH / video.width, TILE_HEIGHT / video.height)
    width = max(1, round(video.width * scale))
    height = max(1, round(video.height * scale))
    return (TILE_WIDTH - width) // 2, (TILE_HEIGHT - height) // 2, width, height
