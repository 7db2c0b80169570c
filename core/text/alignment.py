"""Which caption belongs to which frame: by time, and the two published ways. Pure."""

from __future__ import annotations

import bisect
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

from core.text.segments import Timed

TimedT = TypeVar("TimedT", bound=Timed)


def captions_at(
    times_s: Sequence[float], segments: Sequence[TimedT], step_s: float
) -> list[TimedT | None]:
    """For each time the latest segment with start <= time < end.

    In a gap, the segment that ended less than `step_s` ago, else the one that starts in less
    than `step_s`, else None.
    """
    ordered = sorted(segments, key=lambda segment: segment.start_s)
    starts = [segment.start_s for segment in ordered]
    ends_so_far: list[int] = []  # at i: which of the first i + 1 segments ends last
    for position, segment in enumerate(ordered):
        before = ends_so_far[-1] if ends_so_far else position
        ends_so_far.append(position if segment.end_s >= ordered[before].end_s else before)
    return [_at(time_s, ordered, starts, ends_so_far, step_s) for time_s in times_s]


def _at(
    time_s: float,
    ordered: Sequence[TimedT],
    starts: Sequence[float],
    ends_so_far: Sequence[int],
    step_s: float,
) -> TimedT | None:
    following = bisect_right(starts, time_s)
    position = following - 1
    while position >= 0 and ordered[ends_so_far[position]].end_s > time_s:
        if ordered[position].end_s > time_s:
            return ordered[position]
        position -= 1
    if following > 0:
        latest = ordered[ends_so_far[following - 1]]
        if time_s - latest.end_s < step_s:
            return latest
    if following < len(ordered) and starts[following] - time_s < step_s:
        return ordered[following]
    return None


def one_frame_per_segment(
    segments: Sequence[Timed],
    frames: int,
    step_s: float = 2.0,
    times_s: Sequence[float] | None = None,
) -> list[int]:
    """The published alignment of us: segment i takes frame rint(start / step), the last segment
    the last frame. One frame index a segment.

    `times_s`, ascending, are the frames' own times where some of the steps have none: then the
    nearest frame is taken.
    """
    if not segments or frames < 1:
        return []
    taken = [min(round(segment.start_s / step_s), frames - 1) for segment in segments]
    if times_s:
        wanted = [round(segment.start_s / step_s) * step_s for segment in segments]
        taken = [_nearest(times_s, at) for at in wanted]
    taken[-1] = frames - 1
    return taken


def _nearest(times_s: Sequence[float], at: float) -> int:
    after = bisect.bisect_left(times_s, at)
    near = range(max(0, after - 1), min(after + 1, len(times_s)))
    return min(near, key=lambda place: abs(times_s[place] - at))


def evenly_over_frames(segments: Sequence[Timed], frames: int) -> list[int]:
    """The published alignment of cn: segments without times of their own, spread evenly.

    Segment i of S takes frame floor(i x frames / S): for 378 frames and 90 segments, of every 21
    frames the 1st, 5th, 9th, 13th and 17th. One frame index a segment.
    """
    return [position * frames // len(segments) for position in range(len(segments))]
