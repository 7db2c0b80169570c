"""Takes one picture every few seconds out of a video, in the way that is cheapest for it."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.errors import VideoUnreadable
from core.format import clock
from core.video import limits
from core.video.animated_webp import is_animated_webp, pictures
from core.video.interlaced import deinterlaced, is_interlaced
from core.video.part import WHOLE, Part
from core.video.picture import Display
from core.video.probe import Scan, joined, opened, packets
from core.video.transparent import Decode, decoder

Strategy = Literal["keyframes", "seek", "sequential"]

_SAME_S = 0.0015  # times so near are equal: containers round them to a millisecond
_FIRST_S = 0.5  # how late the first picture may begin and still be the one of its sample
_FIELD_S = 0.05  # how long after a picture's packet another may be of the same picture
_GUESSED = 3  # pictures: how far off FFmpeg's times are where a file gives only the order
_ZEROS = 24  # bytes that no codec begins a picture with
_NEAR_S = 10.0  # what comes sooner is decoded on the way
_MAX_DAMAGED = 500  # packets that do not decode before a video is given up


@dataclass(frozen=True)
class Sample:
    """The picture on show at `time_s`: (H, W, 3) uint8 RGB, upright, at display size."""

    index: int  # among those that could be read
    time_s: float
    picture: np.ndarray
    native_width: int  # of the video, upright, in square pixels
    native_height: int


class _Timed(NamedTuple):
    time_s: float
    frame: VideoFrame


class _Shown(NamedTuple):
    """A frame between those before and after it."""

    before: VideoFrame | None
    at: _Timed
    after: VideoFrame | None


def times(scan: Scan, every_s: float, part: Part = WHOLE) -> list[float]:
    """The times of a video's samples: those of 0, every_s, 2 every_s, ... that its picture has and
    that lie in `part`, at least one. Raises VideoUnreadable where they are too many or the video
    ends before the part begins."""
    if part.from_s >= scan.end_s > 0:
        raise VideoUnreadable(
            f"ends at {clock(scan.end_s)}, before the part that is asked for begins "
            f"({clock(part.from_s)}); choose an earlier part."
        )
    first = max(0, math.ceil((scan.begin_s - _FIRST_S) / every_s))
    last = max(math.ceil((scan.end_s - 1e-3) / every_s), first)
    wanted = part.steps(every_s, first, last)
    if len(wanted) > limits.MAX_FRAMES:
        length_s = part.length_s(scan.end_s)
        raise VideoUnreadable(
            f"would give {len(wanted):,} frames, more than {limits.MAX_FRAMES:,}; "
            f"sample it every {length_s / limits.MAX_FRAMES:.1f} s or more."
        )
    return [number * every_s for number in wanted] or [max(scan.begin_s, part.from_s)]


def count(scan: Scan, every_s: float) -> int:
    """How many samples a video gives where all its pictures can be read."""
    return len(times(scan, every_s))


def choose(scan: Scan, every_s: float, part: Part = WHOLE) -> Strategy:
    """By the measured keyframes: only them where they are what is shown at the sample times, else
    seek where they are at most a step apart, else decode everything."""
    wanted = times(scan, every_s, part)
    if len(scan.keyframes_s) <= 2 * len(wanted) and _are_shown(scan, wanted):
        return "keyframes"
    return "seek" if scan.has_index and _widest_gap(scan) <= every_s else "sequential"


def _are_shown(scan: Scan, wanted: Sequence[float]) -> bool:
    """Whether what is shown at each of these times is a keyframe."""
    keys = set(scan.keyframes_s)
    shown = (_shown_at(scan.pictures_s, time_s) for time_s in wanted)
    return bool(keys) and all(time_s in keys for time_s in shown)


def _shown_at(pictures_s: Sequence[float], time_s: float) -> float | None:
    """When the picture shown at `time_s` began; the first one where none has."""
    if not pictures_s:
        return None
    return pictures_s[max(0, bisect.bisect_right(pictures_s, time_s + _SAME_S) - 1)]


def _widest_gap(scan: Scan) -> float:
    edges = [scan.begin_s, *scan.keyframes_s, scan.end_s]
    return max(b - a for a, b in itertools.pairwise(edges))


def first(path: Path, scan: Scan) -> Sample:
    """The first picture that can be read. Raises VideoUnreadable."""
    with _frames(path, scan, "sequential") as (frames, stream):
        for timed in frames:
            return _sample(0, timed.time_s, timed.frame, Display.of(timed.frame, stream))
    raise _nothing()


def sample(
    path: Path,
    scan: Scan,
    every_s: float,
    strategy: Strategy | None = None,
    part: Part = WHOLE,
    longest_side: int = limits.MAX_DISPLAY_SIDE,
) -> Iterator[Sample]:
    """The samples of `part` in time; `strategy` None chooses. Raises VideoUnreadable.

    A time whose picture cannot be read is left out: nothing else is put in its place.
    """
    chosen = strategy or choose(scan, every_s, part)
    wanted = times(scan, every_s, part)
    display: Display | None = None
    index = 0
    with _found(path, scan, chosen, wanted) as (found, stream):
        for time_s, shown in zip(wanted, found, strict=True):
            if shown is None or not _is_it(shown.at.time_s, time_s, scan, chosen):
                continue
            frame = shown.at.frame
            if stream is not None and is_interlaced(frame, stream):
                frame = deinterlaced(shown.before, frame, shown.after)
            display = display or Display.of(shown.at.frame, stream, longest_side)
            yield _sample(index, time_s, frame, display)
            index += 1
    if display is None:
        raise _nothing()


def every_picture(path: Path, scan: Scan, part: Part = WHOLE) -> Iterator[tuple[float, VideoFrame]]:
    """(time, frame) of each picture that begins in `part`, as decoded. Raises VideoUnreadable."""
    until_s = part.end_s(scan.end_s)
    found = False
    with _frames(path, scan, "sequential", part.from_s) as (frames, _):
        for timed in frames:
            if timed.time_s >= until_s:
                break
            if timed.time_s >= part.from_s:
                found = True
                yield timed
    if not found:
        raise _nothing()


@contextmanager
def _found(
    path: Path, scan: Scan, strategy: Strategy, wanted: Sequence[float]
) -> Iterator[tuple[Iterator[_Shown | None], VideoStream | None]]:
    """What is on show at each of the times, and the stream that it is of, where there is one."""
    if strategy != "seek":
        with _frames(path, scan, strategy, wanted[0]) as (frames, stream):
            yield on_screen(frames, wanted), stream
        return
    with opened(path) as (container, stream):
        _configure(stream, strategy)
        yield _by_seeking(container, stream, scan, wanted), stream


@contextmanager
def _frames(
    path: Path, scan: Scan, strategy: Strategy, from_s: float = 0.0
) -> Iterator[tuple[Iterator[_Timed], VideoStream | None]]:
    """All frames one after the other, those long before `from_s` left out where that is cheap."""
    if is_animated_webp(path):
        yield itertools.starmap(_Timed, pictures(path, list(scan.pictures_s))), None
        return
    with opened(path) as (container, stream):
        _configure(stream, strategy)
        _skip_to(container, stream, scan, from_s)
        yield _decoded(container, stream, scan), stream


def _nothing() -> VideoUnreadable:
    return VideoUnreadable("holds no picture that can be decoded; convert it to MP4 (H.264).")


def _sample(index: int, time_s: float, frame: VideoFrame, display: Display) -> Sample:
    picture = display.picture(frame)
    return Sample(index, time_s, picture, display.native_width, display.native_height)


def _configure(stream: VideoStream, strategy: Strategy) -> None:
    codec = stream.codec_context
    codec.thread_type = "NONE" if strategy == "seek" else "AUTO"
    codec.options = {"max_pixels": str(limits.MAX_PIXELS)}
    if strategy == "keyframes":
        codec.skip_frame = "NONKEY"


def _is_it(began_s: float, time_s: float, scan: Scan, strategy: Strategy) -> bool:
    """Whether the picture that began then is the one on show, by what the packets promise."""
    if any(start - _SAME_S <= time_s < end - _SAME_S for start, end in scan.lost_s):
        return False
    expected = scan.keyframes_s if strategy == "keyframes" else scan.pictures_s
    should_s = _shown_at(expected, time_s)
    usual_s = (scan.end_s - scan.begin_s) / max(1, len(scan.pictures_s))
    near_s = _FIELD_S if scan.sure else max(_FIELD_S, _GUESSED * usual_s)
    return should_s is None or abs(should_s - began_s) <= near_s


def on_screen(frames: Iterator[_Timed], wanted: Sequence[float]) -> Iterator[_Shown | None]:
    """For each time the last frame that began by then, the last of all held; None before any.

    The first frame also stands for a time shortly before it.
    """
    before: _Timed | None = None
    shown: _Timed | None = None
    taken = 0
    for coming in frames:
        while taken < len(wanted) and coming.time_s > wanted[taken] + _SAME_S:
            if shown is None and coming.time_s - wanted[taken] <= _FIRST_S:
                break
            yield _between(before, shown, coming)
            taken += 1
        if taken == len(wanted):
            return
        before, shown = shown, coming
    for _ in wanted[taken:]:
        yield _between(before, shown, None)


def _between(before: _Timed | None, shown: _Timed | None, after: _Timed | None) -> _Shown | None:
    if shown is None:
        return None
    return _Shown(before and before.frame, shown, after and after.frame)


def _decoded(container: InputContainer, stream: VideoStream, scan: Scan) -> Iterator[_Timed]:
    """Decoded frames with ascending times on the scan's clock; what does not decode is passed
    over."""
    usual_s = 1 / float(stream.average_rate) if stream.average_rate else 0.04
    before = float("-inf")
    given = joined(packets(container, [stream]), stream, scan.joins)
    for frame in _whole(given, scan, decoder(stream)):
        time_s = before + usual_s if frame.time is None else float(frame.time) - scan.origin_s
        if math.isinf(time_s):
            time_s = scan.begin_s
        if time_s > before:
            before = time_s
            yield _Timed(time_s, frame)


def _whole(given: Iterator[Packet], scan: Scan, decode: Decode) -> Iterator[VideoFrame]:
    """Frames in which all is as it was coded: neither damaged, nor made of damaged ones."""
    damaged = 0
    bad_from = float("inf")  # the file's time from which on frames miss something
    gaps = [scan.origin_s + until for _, until in scan.lost_s]
    for packet in given:
        time_s = _time(packet)
        try:
            if packet.is_corrupt or (gaps and time_s is not None and time_s >= gaps[0] - _SAME_S):
                bad_from = min(bad_from, time_s if time_s is not None else bad_from)
                gaps = gaps[1:]
            if _is_zeroed(packet):
                raise av.InvalidDataError(0, "zeroed")
            found = decode(packet)
        except av.FFmpegError as error:
            damaged += 1
            if damaged > _MAX_DAMAGED:
                raise VideoUnreadable(
                    "is damaged in many places; export or copy it again."
                ) from error
            if time_s is not None:
                bad_from = min(bad_from, time_s)
            continue
        for frame in found:
            if frame.time is None:
                yield frame
                continue
            if frame.key_frame and not frame.is_corrupt and frame.time >= bad_from:
                bad_from = float("inf")
            elif frame.is_corrupt:
                bad_from = min(bad_from, frame.time)
            if frame.time < bad_from:
                yield frame


def _time(packet: Packet) -> float | None:
    ticks = packet.pts if packet.pts is not None else packet.dts
    return None if ticks is None else ticks * float(packet.time_base)


def _is_zeroed(packet: Packet) -> bool:
    return packet.size >= _ZEROS and not any(memoryview(packet)[:_ZEROS])


def _by_seeking(
    container: InputContainer, stream: VideoStream, scan: Scan, wanted: Sequence[float]
) -> Iterator[_Shown | None]:
    step_s = wanted[1] - wanted[0] if len(wanted) > 1 else 1.0
    for time_s in wanted:
        found = None
        for steps_back in (0, 1, 3):
            found = _from_keyframe(container, stream, scan, time_s - steps_back * step_s, time_s)
            if found is not None and found.at.time_s <= time_s + _SAME_S:
                break
        yield found


def _skip_to(container: InputContainer, stream: VideoStream, scan: Scan, time_s: float) -> None:
    """Leave out what lies long before `time_s`, where a seek is sure to land before it."""
    if scan.has_index and scan.sure and not scan.joins and time_s > _NEAR_S:
        keys_s = scan.keyframes_s[: bisect.bisect_right(scan.keyframes_s, time_s)]
        if len(keys_s) > 1:
            _seek(container, stream, scan, keys_s[-2])


def _from_keyframe(
    container: InputContainer, stream: VideoStream, scan: Scan, start_s: float, time_s: float
) -> _Shown | None:
    """Seek to `start_s`, decode to `time_s`: the frame that is shown then."""
    _seek(container, stream, scan, start_s)
    return next(on_screen(_decoded(container, stream, scan), [time_s]))


def _seek(container: InputContainer, stream: VideoStream, scan: Scan, time_s: float) -> None:
    """To the keyframe at `time_s` on the scan's clock or before it."""
    base = float(stream.time_base or 1)
    start = math.floor((max(scan.begin_s, time_s) + scan.origin_s + _SAME_S) / base)
    container.seek(start, stream=stream, backward=True)
