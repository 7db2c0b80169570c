"""Turns decoded frames into upright pictures of one size, and fits pictures into a frame."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.video import high_range, limits

_UNSPECIFIED = 2  # FFmpeg's colour space 2: the file does not say
_BT709, _BT2020 = 1, 9  # primaries
_GROUND = 255  # behind what is clear: white, as behind a picture that is uploaded
_WIDEST_PIXEL = 8.0  # an aspect beyond this is no aspect but damage


class _Turn(NamedTuple):
    """What makes a coded picture upright, in this order."""

    transposed: bool = False
    mirrored: bool = False  # left and right
    flipped: bool = False  # up and down


class _Shape(NamedTuple):
    """What decides how a frame is fitted; constant in nearly every video."""

    width: int
    height: int
    turn: _Turn
    aspect: float  # width of a coded pixel by its height

    def upright(self) -> tuple[int, int]:
        """(width, height) in square pixels."""
        size = max(1, round(self.width * self.aspect)), self.height
        return (size[1], size[0]) if self.turn.transposed else size


@dataclass(frozen=True)
class Display:
    """How the pictures of one video are shown; sizes are after rotation and of square pixels.

    Pictures of another shape than the first are fitted into its size, whole and on black.
    """

    native_width: int
    native_height: int
    width: int
    height: int
    stream: VideoStream | None  # None where pixels are square
    said: float  # the aspect of the stream's pixels by its container
    coded: float  # the same by what was coded, when the first picture was

    @classmethod
    def of(
        cls,
        frame: VideoFrame,
        stream: VideoStream | None,
        longest_side: int = limits.MAX_DISPLAY_SIDE,
    ) -> Display:
        """By the video's first picture; no side is shown longer than `longest_side` pixels."""
        coded = _coded_aspect(stream)
        said = _aspect(stream.sample_aspect_ratio if stream else None)
        width, height = _Shape(frame.width, frame.height, _turn(frame), said).upright()
        scale = min(1.0, longest_side / max(width, height))
        shown = max(1, round(width * scale)), max(1, round(height * scale))
        return cls(width, height, *shown, stream, said, coded)

    def picture(self, frame: VideoFrame) -> np.ndarray:
        """(height, width, 3) uint8 RGB."""
        now = _coded_aspect(self.stream)
        aspect = self.said if now == self.coded else now
        shape = _Shape(frame.width, frame.height, _turn(frame), aspect)
        width, height = shape.upright()
        scale = min(self.width / width, self.height / height)
        inner = max(1, round(width * scale)), max(1, round(height * scale))
        if max(abs(inner[0] - self.width), abs(inner[1] - self.height)) <= 1:
            inner = self.width, self.height
        size = (inner[1], inner[0]) if shape.turn.transposed else inner
        return letterboxed(_upright(_rgb(frame, size), shape.turn), self.width, self.height)


def _aspect(ratio: Fraction | None) -> float:
    aspect = float(ratio or 1) or 1.0
    return aspect if 1 / _WIDEST_PIXEL <= aspect <= _WIDEST_PIXEL else 1.0


def _coded_aspect(stream: VideoStream | None) -> float:
    return _aspect(stream.codec_context.sample_aspect_ratio if stream else None)


def _turn(frame: VideoFrame) -> _Turn:
    """The frame's display matrix (a, b, u, c, d, v, ...; ISO/IEC 14496-12, 6.2.2), to the
    nearest quarter turn: x is shown at a x + c y, y at b x + d y."""
    found = _beside(frame, "DISPLAYMATRIX")
    if not found:
        return _Turn()
    a, b, _, c, d = struct.unpack_from("5i", found)
    if abs(b) + abs(c) > abs(a) + abs(d):
        return _Turn(True, c < 0, b < 0)
    return _Turn(False, a < 0, d < 0)


def _beside(frame: VideoFrame, name: str) -> bytes:
    """The frame's side data of that name, b"" where it has none."""
    found: Any = frame.side_data.get(name)
    return b"" if found is None else bytes(found)


def _upright(rgb: np.ndarray, turn: _Turn) -> np.ndarray:
    turned = rgb.transpose(1, 0, 2) if turn.transposed else rgb
    turned = turned[:: -1 if turn.flipped else 1, :: -1 if turn.mirrored else 1]
    return np.ascontiguousarray(turned)


def _rgb(frame: VideoFrame, size: tuple[int, int]) -> np.ndarray:
    """(height, width, 3) uint8 for BT.709, of `size` (width, height)."""
    if int(frame.color_trc) in (high_range.PQ, high_range.HLG):
        wide = int(frame.color_primaries) in (_BT2020, _UNSPECIFIED)
        coded = _reformatted(frame, "rgb48le", size)
        return high_range.standard_range(coded, int(frame.color_trc), wide, _peak_nits(frame))
    if frame.format.has_palette or any(part.is_alpha for part in frame.format.components):
        return _resized(_on_ground(_reformatted(frame, "rgba")), size)
    return _reformatted(frame, "rgb24", size)


def _reformatted(
    frame: VideoFrame, format_name: str, size: tuple[int, int] | None = None
) -> np.ndarray:
    width, height = size or (frame.width, frame.height)
    options: dict[str, Any] = {}
    if int(frame.colorspace) == _UNSPECIFIED:
        if int(frame.color_primaries) == _BT2020:
            options["src_colorspace"] = _BT2020
        elif int(frame.color_primaries) == _BT709 or frame.height >= 720:
            options["src_colorspace"] = "ITU709"
    changed = frame.reformat(
        width=width, height=height, format=format_name, interpolation="AREA", **options
    )
    return changed.to_ndarray()


def _peak_nits(frame: VideoFrame) -> float:
    """The brightest light: the content's own, else that of the display it was made on."""
    if level := _beside(frame, "CONTENT_LIGHT_LEVEL"):
        (content,) = struct.unpack_from("I", level)
        if content:
            return min(float(content), 10_000.0)
    if mastering := _beside(frame, "MASTERING_DISPLAY_METADATA"):
        # AVMasteringDisplayMetadata: 10 rationals, then the brightest, has_primaries, has_luminance
        above, below, _, has = struct.unpack_from("4i", mastering, 72)
        if has and below:
            return min(above / below, 10_000.0)
    return high_range.USUAL_PEAK_NITS


def _on_ground(rgba: np.ndarray) -> np.ndarray:
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = rgba[..., :3] * alpha + _GROUND * (255 - alpha)  # (H, W, 3), at most 255²
    return ((mixed + 127) // 255).astype(np.uint8)


def _resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    smaller = size[0] < picture.shape[1] or size[1] < picture.shape[0]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(picture, size, interpolation=way)


def letterboxed(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """`picture` as large as fits into (height, width, 3), centred on black; never stretched."""
    if picture.shape[:2] == (height, width):
        return picture
    scale = min(width / picture.shape[1], height / picture.shape[0])
    inner = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    fitted = _resized(picture, inner)
    out = np.zeros((height, width, 3), np.uint8)
    top, left = (height - inner[1]) // 2, (width - inner[0]) // 2
    out[top : top + inner[1], left : left + inner[0]] = fitted
    return out


def jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    """A (H, W, 3) uint8 RGB picture as JPEG."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
