"""Makes small videos whose sound is known: tones by the second, silence, gaps."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 16_000
Span = tuple[float, float]


def tone(span: Span, at_s: float, length_s: float = 0.25) -> np.ndarray:
    """The samples of a span: silence with one tone of 1 kHz at a time."""
    times = np.arange(round(span[0] * RATE), round(span[1] * RATE)) / RATE
    there = (times >= at_s) & (times < at_s + length_s)
    return (0.5 * np.sin(2 * np.pi * 1000 * times) * there).astype(np.float32)


def write_heard(
    path: Path,
    sound: Iterable[tuple[float, np.ndarray]],
    picture: Span | None = (0, 8),
    *,
    codec: str = "aac",
    options: dict[str, str] | None = None,
) -> Path:
    """A clip whose sound is each array from its second on, beside grey pictures."""
    with av.open(str(path), "w", container_options=options) as out:
        video = out.add_stream("mpeg4", rate=5) if picture else None
        heard = out.add_stream(codec, rate=RATE)
        heard.codec_context.layout = "mono"
        packets = list(_pictures(video, picture)) if video is not None and picture else []
        for start_s, samples in sound:
            packets += _sounds(heard, start_s, samples)
        packets += heard.encode(None)
        for packet in sorted(packets, key=lambda one: float(one.dts * one.time_base)):
            out.mux(packet)
    return path


def _pictures(video, span: Span):
    video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
    for number in range(round(span[0] * 5), round(span[1] * 5)):
        frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 100, np.uint8), "rgb24")
        frame.pts, frame.time_base = number, Fraction(1, 5)
        yield from video.encode(frame)
    yield from video.encode(None)


def _sounds(heard, start_s: float, samples: np.ndarray):
    format_ = heard.codec_context.format.name
    for place in range(0, len(samples) - 1023, 1024):
        part = samples[None, place : place + 1024]
        if format_.startswith("s16"):
            part = (part * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format_, "mono")
        frame.sample_rate = RATE
        frame.pts, frame.time_base = round(start_s * RATE) + place, Fraction(1, RATE)
        yield from heard.encode(frame)


def onsets(samples: np.ndarray, quiet: float = 0.05) -> list[float]:
    """When tones begin, in seconds: loud after a tenth of a second of quiet."""
    loud = np.flatnonzero(np.abs(samples) > quiet)
    begins = loud[np.diff(loud, prepend=-RATE) > RATE // 10]
    return [float(one) / RATE for one in begins]
