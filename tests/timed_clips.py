"""Draws small videos whose picture and sound each begin and end when they are told to."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FPS = 5
Span = tuple[float, float]


def grey(second: float) -> int:
    """What a picture drawn for this second of the file's time looks like."""
    return 16 + 8 * int(second + 1e-6)


def write_timed(
    path: Path,
    picture: Span,
    sound: Span | None = None,
    *,
    codec: str = "libx264",
    container: str | None = None,
    gop: int = 10,
    b_frames: int = 0,
    fps: int = FPS,
    noise: int = 0,
    first_grey_s: float = 0.0,
    options: dict[str, str] | None = None,
) -> Path:
    """A clip of greys by the second, its picture and its silence from one time to another.

    `noise` makes each picture large; `first_grey_s` is added to the second that is drawn.
    """
    rng = np.random.default_rng(0)
    with av.open(str(path), "w", format=container, container_options=options) as out:
        video = out.add_stream(codec, rate=fps)
        video.width, video.height = 160, 96
        video.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        video.codec_context.gop_size = gop
        video.codec_context.max_b_frames = b_frames
        if codec == "libx264":
            video.codec_context.options = {"sc_threshold": "0", "preset": "ultrafast"}
        if codec == "libx265":
            video.codec_context.options = {"x265-params": f"keyint={gop}:log-level=none"}
        heard = out.add_stream("aac", rate=8000) if sound else None
        packets = []
        for number in [*range(round(picture[0] * fps), round(picture[1] * fps)), None]:
            frame = None
            if number is not None:
                shade = grey(number / fps + first_grey_s)
                drawn = np.full((96, 160, 3), shade, np.int16)
                drawn += rng.integers(-noise, noise + 1, drawn.shape, dtype=np.int16)
                frame = av.VideoFrame.from_ndarray(drawn.clip(0, 255).astype(np.uint8), "rgb24")
                frame.pts, frame.time_base = number, Fraction(1, fps)
            packets += video.encode(frame)
        if heard is not None and sound is not None:
            silence = np.zeros((1, round(8000 * (sound[1] - sound[0]))), np.float32)
            frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 8000, round(8000 * sound[0])
            frame.time_base = Fraction(1, 8000)
            packets += [*heard.encode(frame), *heard.encode(None)]
        for packet in sorted(packets, key=lambda one: (one.dts or 0) * one.time_base):
            out.mux(packet)
    return path


def zeroed(path: Path, start: float, end: float) -> Path:
    """The same file with nothing between two shares of its length."""
    data = bytearray(path.read_bytes())
    first, last = round(start * len(data)), round(end * len(data))
    data[first:last] = bytes(last - first)
    path.write_bytes(data)
    return path
