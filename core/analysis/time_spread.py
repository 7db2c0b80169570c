"""Whether a cluster is more than a stretch of time: when its frames are on screen. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

ONLY = 0.9  # share of the frames in the longest stretch from which a cluster is only that
FEWEST = 3  # frames: one or two always follow each other


class Stretch(NamedTuple):
    """Neighbouring frames of one video with one label: places `first` to `last`, both in it."""

    first: int
    last: int
    label: int

    @property
    def frames(self) -> int:
        """How many."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class TimeSpread:
    """How one cluster lies in time, over all videos."""

    frames: int
    longest: float  # share of the frames that follow each other in the longest stretch, 0 to 1
    first: int  # row of that stretch's first frame
    last: int
    stretches: int  # how many there are
    autocorrelation: (
        float  # of being in the cluster, from one frame to the next; NaN where constant
    )

    @property
    def only_a_stretch(self) -> bool:
        """Whether at least 90 % of the frames follow each other in one video, of three or more."""
        return self.frames >= FEWEST and self.longest >= ONLY


def time_spread(member: np.ndarray, video: np.ndarray, index: np.ndarray) -> TimeSpread | None:
    """(N,) bool: the cluster's frames; (N,) each frame's video and its place there -> its spread.

    The autocorrelation is the correlation of the indicator at a frame with that at the next frame
    of the same video (lag 1), over all videos that have the cluster: near 1 for one long stretch, 0
    for frames strewn at random, below 0 for a cluster that comes and goes with every frame.
    None for a cluster without frames.
    """
    found: list[tuple[int, int, int]] = []  # frames, first and last row
    now, then = [], []
    for one in np.unique(video[member]):
        rows = np.flatnonzero(video == one)
        rows = rows[np.argsort(index[rows], kind="stable")]
        there = member[rows]
        now.append(there[:-1])
        then.append(there[1:])
        found += [
            (stretch.frames, int(rows[stretch.first]), int(rows[stretch.last]))
            for stretch in stretches(there.astype(int))
            if stretch.label
        ]
    if not found:
        return None
    longest = max(found, key=lambda one: one[0])
    frames = int(member.sum())
    return TimeSpread(
        frames=frames,
        longest=longest[0] / frames,
        first=longest[1],
        last=longest[2],
        stretches=len(found),
        autocorrelation=_correlation(np.concatenate(now), np.concatenate(then)),
    )


def stretches(labels_of_video: np.ndarray) -> list[Stretch]:
    """(N,) labels of one video's frames, in order of time -> its stretches, in order."""
    labels = np.asarray(labels_of_video)
    if not len(labels):
        return []
    firsts = np.flatnonzero(np.concatenate([[True], labels[1:] != labels[:-1]]))
    lasts = np.concatenate([firsts[1:] - 1, [len(labels) - 1]])
    return [
        Stretch(int(first), int(last), int(labels[first]))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _correlation(now: np.ndarray, then: np.ndarray) -> float:
    if len(now) < 2 or now.all() or then.all() or not (now.any() and then.any()):
        return float("nan")
    return float(np.corrcoef(now, then)[0, 1])
