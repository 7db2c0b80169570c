"""Where one thing follows another within some seconds, among the frames of one video. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Stretch(NamedTuple):
    """Frames of one video that follow each other, by their places; the last one included."""

    first: int
    last: int
    start_s: float
    end_s: float  # when the last frame's time is over


class Followed(NamedTuple):
    """A stretch and the one that follows it."""

    first: Stretch
    then: Stretch

    @property
    def gap_s(self) -> float:
        """From the end of the first to the beginning of the other; 0 where they overlap."""
        return max(0.0, self.then.start_s - self.first.end_s)


def stretches(
    there: np.ndarray, index: np.ndarray, time_s: np.ndarray, every_s: float
) -> list[Stretch]:
    """(n,) bool, whether a frame shows it; (n,) its index in the video, ascending; (n,) its time.

    A frame that is missing among the indices ends a stretch.
    """
    found = []
    rows = np.flatnonzero(there)
    breaks = np.flatnonzero(np.diff(index[rows]) > 1) + 1
    for part in np.split(rows, breaks):
        if len(part):
            a, b = int(part[0]), int(part[-1])
            found.append(Stretch(a, b, float(time_s[a]), float(time_s[b]) + every_s))
    return found


def following(first: list[Stretch], then: list[Stretch], within_s: float) -> list[Followed]:
    """For each of `first` the next of `then` that begins after it began, and at most `within_s`
    after it ended; those that have none are left out. Both are in order of time."""
    found = []
    for one in first:
        after = (other for other in then if other.start_s > one.start_s)
        other = next(after, None)
        if other is not None and other.start_s <= one.end_s + within_s:
            found.append(Followed(one, other))
    return found
