"""Which caption belongs to which frame: by time, and the two published ways. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

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
    if not ordered:
        return [None] * len(times_s)
    times = np.array(times_s, np.float64)  # (N,)
    starts = np.array([one.start_s for one in ordered], np.float64)  # (S,)
    ends = np.array([one.end_s for one in ordered], np.float64)
    last = np.maximum.accumulate(ends)  # when the last of the first i + 1 segments ends
    ends_last = np.maximum.accumulate(np.where(ends == last, np.arange(len(ends)), 0))

    after = np.searchsorted(starts, times, "right")  # the first that starts later, up to S
    place = after - 1  # -1 before all
    waiting = np.flatnonzero((place >= 0) & (last[place] > times))  # some segment is on
    while len(waiting := waiting[ends[place[waiting]] <= times[waiting]]):
        place[waiting] -= 1
    gap = (place < 0) | (ends[place] <= times)
    just_ended = gap & (place >= 0) & (times - last[place] < step_s)
    place[just_ended] = ends_last[place[just_ended]]
    following = np.minimum(after, len(ends) - 1)
    soon = (after < len(ends)) & (starts[following] - times < step_s)
    place = np.where(gap & ~just_ended, np.where(soon, following, -1), place)
    return [ordered[one] if one >= 0 else None for one in place.tolist()]


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
