"""Takes one picture every few seconds out of a video, in the way that is cheapest for it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.errors import VideoUnreadable
from core.video import limits
from core.video.picture import Display
from core.video.probe import Scan, opened, packets

Strategy = Literal["keyframes", "seek", "sequential"]

_NEAR = 0.1  # of a step: how far before or after its time a picture may lie and still be it
_MAX_DAMAGED = 500  # packets that do not decode before a video is given up


@dataclass(frozen=True)
class Sample:
    """The picture on show at `time_s`: (H, W, 3) uint8 RGB, upright, at display size."""

    index: int
    time_s: float
    picture: np.ndarray
    native_width: int  # of the video, upright, in square pixels
    native_height: int


class _Timed(NamedTuple):
    time_s: float
    frame: VideoFrame


def count(scan: Scan, every_s: float) -> int:
    """How many samples a video gives: one at 0, every_s, 2 every_s, ... before its end."""
    samples = max(1, math.ceil((scan.end_s - 1e-3) / every_s))
    if samples > limits.MAX_FRAMES:
        raise VideoUnreadable(
            f"would give {samples:,} frames, more than {limits.MAX_FRAMES:,}; "
            f"sample it every {scan.end_s / limits.MAX_FRAMES:.1f} s or more."
        )
    return samples


def choose(scan: Scan, every_s: float) -> Strategy:
    """By the measured keyframes: only them where they lie at the sample times, else seek where
    they are at most a step apart, else decode everything."""
    samples = count(scan, every_s)
    if len(scan.keyframes_s) <= 2 * samples and _lie_at_samples(scan, every_s, samples):
        return "keyframes"
    return "seek" if scan.has_index and _widest_gap(scan) <= every_s else "sequential"


def _lie_at_samples(scan: Scan, every_s: float, samples: int) -> bool:
    if not scan.keyframes_s:
        return False
    keys = np.array(scan.keyframes_s)
    wanted = np.arange(samples) * every_s
    right = np.searchsorted(keys, wanted).clip(1, len(keys) - 1) if len(keys) > 1 else 0
    nearest = np.minimum(np.abs(keys[right] - wanted), np.abs(keys[right - 1] - wanted))
    return bool((nearest <= _NEAR * every_s).all())


def _widest_gap(scan: Scan) -> float:
    edges = [0.0, *scan.keyframes_s, scan.end_s]
    return max(b - a for a, b in itertools.pairwise(edges))


def sample(
    path: Path, scan: Scan, every_s: float, strategy: Strategy | None = None
) -> Iterator[Sample]:
    """The samples in time; `strategy` None chooses. Raises VideoUnreadable."""
    chosen = strategy or choose(scan, every_s)
    samples = count(scan, every_s)
    with opened(path) as (container, stream):
        _configure(stream, chosen)
        if chosen == "seek":
            found = _by_seeking(container, stream, scan, every_s, samples)
        else:
            found = nearest(_decoded(container, stream, scan.origin_s), every_s, samples)
        display: Display | None = None
        for index, frame in enumerate(found):
            display = display or Display.of(frame, stream)
            yield Sample(
                index,
                index * every_s,
                display.picture(frame),
                display.native_width,
                display.native_height,
            )
    if display is None:
        raise VideoUnreadable("holds no picture that can be decoded; convert it to MP4 (H.264).")


def _configure(stream: VideoStream, strategy: Strategy) -> None:
    codec = stream.codec_context
    codec.thread_type = "NONE" if strategy == "seek" else "AUTO"
    codec.options = {"max_pixels": str(limits.MAX_PIXELS)}
    if strategy == "keyframes":
        codec.skip_frame = "NONKEY"


def nearest(frames: Iterator[_Timed], every_s: float, samples: int) -> Iterator[VideoFrame]:
    """For each sample time the nearest frame that is not shown only later; holds the last one."""
    best: _Timed | None = None
    last: _Timed | None = None
    taken = 0
    for timed in frames:
        while taken < samples and timed.time_s > (taken + _NEAR) * every_s:
            yield (best or timed).frame
            taken, best = taken + 1, last
        if taken == samples:
            return
        wanted = taken * every_s
        if best is None or abs(timed.time_s - wanted) < abs(best.time_s - wanted):
            best = timed
        last = timed
    if best is not None and last is not None:
        for number in range(taken, samples):
            yield (best if number == taken else last).frame


def _decoded(container: InputContainer, stream: VideoStream, origin_s: float) -> Iterator[_Timed]:
    """Decoded frames with ascending times from 0; packets that do not decode are passed over."""
    usual_s = 1 / float(stream.average_rate) if stream.average_rate else 0.04
    before = float("-inf")
    for frame in _frames(container, stream):
        time_s = before + usual_s if frame.time is None else float(frame.time) - origin_s
        if math.isinf(time_s):
            time_s = 0.0
        if time_s > before:
            before = time_s
            yield _Timed(time_s, frame)


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    damaged = 0
    for packet in packets(container, [stream]):
        try:
            yield from packet.decode()
        except av.FFmpegError as error:
            damaged += 1
            if damaged > _MAX_DAMAGED:
                raise VideoUnreadable(
                    "is damaged in many places; export or copy it again."
                ) from error


def _by_seeking(
    container: InputContainer, stream: VideoStream, scan: Scan, every_s: float, samples: int
) -> Iterator[VideoFrame]:
    for number in range(samples):
        wanted_s = number * every_s
        for steps_back in (0, 1, 3):
            start_s = max(0.0, wanted_s - steps_back * every_s)
            found = _first_near(container, stream, scan.origin_s, start_s, wanted_s)
            if found is not None and found.time_s <= wanted_s + _NEAR * every_s:
                break
        if found is None:
            return
        yield found.frame


def _first_near(
    container: InputContainer,
    stream: VideoStream,
    origin_s: float,
    start_s: float,
    wanted_s: float,
) -> _Timed | None:
    """Seek to `start_s`, decode to `wanted_s`: the frame nearest to it."""
    base = float(stream.time_base or 1)
    container.seek(math.floor((start_s + origin_s) / base), stream=stream, backward=True)
    best: _Timed | None = None
    for timed in _decoded(container, stream, origin_s):
        if best is None or abs(timed.time_s - wanted_s) < abs(best.time_s - wanted_s):
            best = timed
        if timed.time_s >= wanted_s:
            break
    return best
