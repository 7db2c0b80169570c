"""Which cluster of a new division is one of an old division: where their members agree. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from core.records import FrameId

LEAST_AGREEMENT = 0.5  # Jaccard overlap: more than half of all members are in both


@dataclass(frozen=True)
class Match:
    """A cluster of the old division that is found again in the new one."""

    old: int
    new: int
    agreement: float  # Jaccard overlap of their members, 0.5 to 1


def matches(
    old: np.ndarray, new: np.ndarray, wanted: Collection[int], least: float = LEAST_AGREEMENT
) -> list[Match]:
    """For which of the `wanted` old clusters there is a new one with much the same members.

    `old` and `new`: (N,) cluster numbers of the same frames, from 1; 0 is no cluster, and -1 in
    `old` or `new` a frame that the other division has not. Each new cluster is matched at most
    once, so that the sum of the overlaps is the largest (the Hungarian method; Kuhn 1955, as
    scipy.optimize.linear_sum_assignment), and only where the Jaccard overlap |A and B| / |A or B|
    is at least `least`. It is measured over the frames that both divisions have; a cluster with
    more than half of its members outside them is matched with none. Ordered by the new number.
    """
    from scipy.optimize import linear_sum_assignment

    shared = (old >= 0) & (new >= 0)  # (N,)
    rows = [number for number in sorted(wanted) if number > 0 and _mostly_in(old, number, shared)]
    every_new = [number for number in np.unique(new[shared]).tolist() if number > 0]
    columns = [number for number in every_new if _mostly_in(new, number, shared)]
    overlap = jaccard(old[shared], new[shared])[np.ix_(rows, columns)]
    overlap[overlap < least] = 0.0  # what will not be matched must not displace what will
    places = zip(*linear_sum_assignment(overlap, maximize=True), strict=True)
    found = [
        Match(rows[i], columns[j], float(overlap[i, j])) for i, j in places if overlap[i, j] > 0
    ]
    return sorted(found, key=lambda match: match.new)


def side_by_side(
    old_frames: Collection[FrameId],
    old: np.ndarray,
    new_frames: Collection[FrameId],
    new: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Two divisions of different lists of frames over all frames of both, -1 where one has none.

    `old` and `new` are the numbers at the rows of their lists; gives two (N,) int64 arrays.
    """
    place = {frame: i for i, frame in enumerate(dict.fromkeys([*old_frames, *new_frames]))}
    sides = np.full((2, len(place)), -1, dtype=np.int64)  # (2, N)
    for side, (frames, numbers) in enumerate(((old_frames, old), (new_frames, new))):
        sides[side, [place[frame] for frame in frames]] = numbers
    return sides[0], sides[1]


def jaccard(labels: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(N,) labels in two divisions -> (k, m) the overlaps of their clusters, 0 to 1."""
    both = np.zeros((labels.max(initial=0) + 1, other.max(initial=0) + 1))
    np.add.at(both, (labels, other), 1)  # frames in both
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None] - both
    return both / np.maximum(either, 1)


def _mostly_in(numbers: np.ndarray, number: int, shared: np.ndarray) -> bool:
    """Whether at least half of a cluster's members are among the shared frames."""
    members = numbers == number
    inside = int(np.count_nonzero(members & shared))
    return inside > 0 and 2 * inside >= int(np.count_nonzero(members))
