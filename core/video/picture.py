"""Turns decoded frames into upright pictures of one size, and fits pictures into a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.video import limits

_UNSPECIFIED = 2  # FFmpeg's colour space 2: the file does not say


@dataclass(frozen=True)
class Display:
    """How the pictures of one video are shown; sizes are after rotation and of square pixels."""

    native_width: int
    native_height: int
    width: int
    height: int
    coded: tuple[int, int, int]  # width, height, quarter turns of the first picture

    @classmethod
    def of(cls, frame: VideoFrame, stream: VideoStream) -> Display:
        """By the video's first picture: every later one is fitted into the same size."""
        aspect = float(stream.sample_aspect_ratio or 1) or 1.0
        width, height = max(1, round(frame.width * aspect)), frame.height
        if _quarter_turns(frame) % 2:
            width, height = height, width
        scale = min(1.0, limits.MAX_DISPLAY_SIDE / max(width, height))
        shown = max(1, round(width * scale)), max(1, round(height * scale))
        return cls(width, height, *shown, _coded(frame))

    def picture(self, frame: VideoFrame) -> np.ndarray:
        """(height, width, 3) uint8 RGB."""
        turns = _quarter_turns(frame)
        if _coded(frame) != self.coded:  # the stream changed its shape
            return letterboxed(_upright(_rgb(frame), turns), self.width, self.height)
        size = (self.height, self.width) if turns % 2 else (self.width, self.height)
        return _upright(_rgb(frame, size), turns)


def _coded(frame: VideoFrame) -> tuple[int, int, int]:
    return frame.width, frame.height, _quarter_turns(frame)


def _upright(rgb: np.ndarray, turns: int) -> np.ndarray:
    return np.ascontiguousarray(np.rot90(rgb, turns))


def _quarter_turns(frame: VideoFrame) -> int:
    """Quarter turns counter-clockwise that make the picture upright (0 to 3)."""
    return round((frame.rotation or 0) / 90) % 4


def _rgb(frame: VideoFrame, size: tuple[int, int] | None = None) -> np.ndarray:
    width, height = size or (frame.width, frame.height)
    options: dict[str, Any] = {}
    if int(frame.colorspace) == _UNSPECIFIED and frame.height >= 720:
        options["src_colorspace"] = "ITU709"
    changed = frame.reformat(
        width=width, height=height, format="rgb24", interpolation="AREA", **options
    )
    return changed.to_ndarray()


def letterboxed(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """`picture` as large as fits into (height, width, 3), centred on black; never stretched."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    inner = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fitted = cv2.resize(picture, inner, interpolation=way)
    out = np.zeros((height, width, 3), np.uint8)
    top, left = (height - inner[1]) // 2, (width - inner[0]) // 2
    out[top : top + inner[1], left : left + inner[0]] = fitted
    return out


def jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    """A (H, W, 3) uint8 RGB picture as JPEG."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
