"""Animated WebP, for which FFmpeg has no decoder: times from its chunks, pictures by Pillow."""

from __future__ import annotations

import io
import itertools
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from core.errors import VideoUnreadable
from core.video import limits

_HEAD, _CANVAS = 12, 18  # bytes before the first chunk; those up to the size in the first one
_FLAGS, _ALPHA = 20, 16  # where the first chunk says that something is clear, and how
_SHORTEST_MS, _USUAL_MS = 10, 100  # what says it is shorter is shown for so long, as browsers do
_DAMAGED = "is damaged or cut off; export or copy it again."


class Animation(NamedTuple):
    """When each picture begins, in seconds, and when the last one ends."""

    starts_s: list[float]
    end_s: float


def is_animated_webp(path: Path) -> bool:
    """Whether a file is one, by its first bytes."""
    return limits.container_of(path) is limits.WEBP


def animation(path: Path) -> Animation:
    """By the file's chunks, decoding none. Raises VideoUnreadable."""
    delays_ms = []
    with path.open("rb") as file:
        head = file.read(_HEAD + _CANVAS)
        if len(head) < _HEAD + _CANVAS:
            raise VideoUnreadable(_DAMAGED)
        width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
        if width * height > limits.MAX_PIXELS:
            raise VideoUnreadable(
                f"says it is {width} x {height} pixels; convert it to at most 4K."
            )
        file.seek(_HEAD)
        while len(chunk := file.read(8)) == 8:
            size = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"ANMF":
                delays_ms.append(_delay_ms(file.read(16)))
                size -= 16
            if size < 0:
                raise VideoUnreadable(_DAMAGED)
            file.seek(size + size % 2, 1)
    if not delays_ms:
        raise VideoUnreadable("holds no pictures (it may be cut off); export or copy it again.")
    starts_ms = list(itertools.accumulate(delays_ms, initial=0))
    return Animation([start / 1000 for start in starts_ms[:-1]], starts_ms[-1] / 1000)


def _delay_ms(head: bytes) -> int:
    """Of a picture by the head of its chunk: x, y, width, height and duration, 3 bytes each."""
    said = int.from_bytes(head[12:15], "little")
    return said if said > _SHORTEST_MS else _USUAL_MS


def pictures(path: Path, starts_s: list[float]) -> Iterator[tuple[float, VideoFrame]]:
    """Each picture, whole, and when it begins; those behind damage are left out.

    Raises VideoUnreadable where the file cannot be decoded at all.
    """
    data = bytearray(path.read_bytes())
    data[_FLAGS] |= _ALPHA  # else Pillow says black of what no picture covers
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes were judged by our own limit
            opened = Image.open(io.BytesIO(data), formats=("WEBP",))
    except (OSError, ValueError, SyntaxError) as error:
        raise VideoUnreadable(_DAMAGED) from error
    with opened:
        for number, start_s in enumerate(starts_s):
            try:
                opened.seek(number)
                rgba = np.asarray(opened.convert("RGBA"))
            except (OSError, ValueError, EOFError):
                return
            frame = VideoFrame.from_ndarray(rgba, "rgba")
            frame.pts, frame.time_base = round(start_s * 1000), Fraction(1, 1000)
            yield start_s, frame
