"""By how much one video is later than another that shows the same pictures in the same order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.analysis.comparison.same_pictures import HASH_BITS

_ROWS_AT_ONCE = 128
_BESIDE = 2  # steps: so near offsets are one and the same
_CLEAR = 1.25  # times as many frames as at any other offset; a still picture has 1.0


class Offset(NamedTuple):
    """Second 0 of the first video is second `seconds` of the other."""

    seconds: float
    frames: int  # of the first that look like the other's frame at that time


def clearest_offset(
    first: np.ndarray,
    first_s: np.ndarray,
    second: np.ndarray,
    second_s: np.ndarray,
    step_s: float,
) -> Offset | None:
    """The offset at which most frames agree, None where another one does nearly as well.

    `first`, `second`: (N,) and (M,) uint64 hashes of pictures, 0 for those with nothing on them;
    `first_s`, `second_s`: their times. A still picture agrees at every offset, so it tells none.
    """
    if not len(first) or not len(second):
        return None
    lowest = second_s.min() - first_s.max()
    steps = round(float(second_s.max() - first_s.min() - lowest) / step_s) + 1
    votes = np.zeros(steps, np.int64)
    for start in range(0, len(first), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        apart = np.bitwise_count(first[rows, None] ^ second[None])  # (B, M)
        close = (apart <= HASH_BITS) & (first[rows, None] != 0) & (second[None] != 0)
        row, column = np.nonzero(close)
        later_s = second_s[column] - first_s[rows][row]
        place = np.round((later_s - lowest) / step_s).astype(np.int64)
        once = np.unique(row * steps + place)  # a frame agrees with an offset or does not
        votes += np.bincount(once % steps, minlength=steps)
    best = int(votes.argmax())
    others = np.delete(votes, np.s_[max(0, best - _BESIDE) : best + _BESIDE + 1])
    if votes[best] < _CLEAR * max(1, others.max(initial=0)):
        return None
    return Offset(float(lowest + best * step_s), int(votes[best]))
