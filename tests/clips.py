"""Draws small videos for tests: any codec, keyframe spacing, rotation or time line."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

Draw = Callable[[int], np.ndarray]


def grey_by_second(fps: int, width: int = 160, height: int = 96) -> Draw:
    """Picture n is all of one grey, a new one each second: second s is 40 + 8 s."""
    return lambda n: np.full((height, width, 3), 40 + 8 * (n // fps), np.uint8)


def write_clip(
    path: Path,
    seconds: float = 5,
    fps: int = 10,
    *,
    draw: Draw | None = None,
    codec: str = "libx264",
    gop: int = 25,
    pix_fmt: str = "yuv420p",
    rotation: int = 0,
    times: Sequence[float] | None = None,
    sound: bool = False,
    container: str | None = None,
    size: tuple[int, int] = (160, 96),
    options: dict[str, str] | None = None,
    profile: str | None = None,
) -> Path:
    """A clip at `path`; `times` gives each picture's own time instead of a steady rate.

    `size` is that of the pictures where `draw` gives none; `options` are the container's.
    """
    draw = draw or grey_by_second(fps, *size)
    first = draw(0)
    with (
        _own_priority(),
        av.open(str(path), "w", format=container, container_options=options) as out,
    ):
        stream = out.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = first.shape[1], first.shape[0], pix_fmt
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = 0
        if codec == "libx264":
            stream.codec_context.options = {"sc_threshold": "0", "preset": "ultrafast"}
        if profile:
            stream.codec_context.options = {"profile": profile}
        if times is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if rotation:
            stream.set_display_rotation(rotation)
        audio = out.add_stream("aac", rate=8000) if sound else None
        _pictures(out, stream, draw, times, round(seconds * fps))
        if audio is not None:
            _silence(out, audio, seconds)
    return path


@contextlib.contextmanager
def _own_priority() -> Iterator[None]:
    """libsvtav1 makes root's process real-time, and with it all that the tests start later."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


def _pictures(out, stream, draw, times, count) -> None:
    for number in range(len(times) if times is not None else count):
        frame = av.VideoFrame.from_ndarray(draw(number), format="rgb24")
        if times is not None:
            frame.pts, frame.time_base = round(times[number] * 1000), Fraction(1, 1000)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def _silence(out, stream, seconds: float) -> None:
    samples = np.zeros((1, round(8000 * seconds)), np.float32)
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
    frame.sample_rate = 8000
    out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def write_sound(path: Path) -> Path:
    """A file that holds sound and no picture."""
    with av.open(str(path), "w") as out:
        _silence(out, out.add_stream("aac", rate=8000), 2)
    return path
