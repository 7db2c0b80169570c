"""How much airtime each group gives each cluster, and how far that is from the others'. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["shared", "leaning", "exclusive", "empty"]
Interval = tuple[float, float]

_HALDANE = 0.5  # frames added to each of the four cells: Haldane (1956), Anscombe (1956)
_SHARED = 3.0  # times as frequent in one group as in another, at most
_EXCLUSIVE = 0.95  # of a cluster, every group given as much airtime as the others
_FEWEST = 2  # frames of a group in a cluster, below which it may have slipped in


@dataclass(frozen=True)
class Airtime:
    """What V videos of G groups show of k clusters; a frame stands for its sampling step."""

    groups: tuple[str, ...]  # distinct, in order of first appearance
    group: np.ndarray  # (V,) int, place in `groups`
    frames: np.ndarray  # (V, k) int
    seconds: np.ndarray  # (V, k) float
    left_out: np.ndarray  # (V,) int: frames in no cluster, which nothing above counts

    @property
    def videos(self) -> np.ndarray:
        """(G,) int: videos in each group."""
        return np.bincount(self.group, minlength=len(self.groups))

    def of_groups(self, values: np.ndarray) -> np.ndarray:
        """(V, ...) per video -> (G, ...) summed over each group's videos."""
        return np.stack([values[self.group == g].sum(axis=0) for g in range(len(self.groups))])

    @property
    def step_s(self) -> float:
        """The mean airtime of a frame: the unit of the correction for empty cells."""
        return float(self.seconds.sum() / max(1, self.frames.sum()))


@dataclass(frozen=True)
class GroupShare:
    """One group in one cluster; shares lie between 0 and 1 and are of airtime."""

    group: str
    frames: int
    airtime_s: float
    share: float  # of the group's airtime
    of_cluster: float  # of the cluster's airtime: the reading of the published reports
    of_cluster_interval: Interval | None  # 95 %, resampling videos
    difference: float  # share less the other groups' share
    ratio: float  # of the two shares, after the correction for empty cells
    log_odds_ratio: float  # natural, after the same correction
    interval: Interval | None  # of the log odds ratio, 95 %, resampling videos
    p: float | None  # permuting videos between groups; None where that says nothing
    q: float | None  # the same after Benjamini and Hochberg over all clusters and contrasts
    family_p: float | None = None  # over all clusters and contrasts together (max-T)
    without_one: Interval | None = None  # of the difference, any one video left out
    detectable: float | None = None  # difference that 4 of 5 such studies would find
    log_ratio: float = 0.0  # mean centred log-ratio of the group's videos, less the others'
    log_ratio_interval: Interval | None = None  # 95 %, resampling videos


@dataclass(frozen=True)
class ClusterComparison:
    """One cluster, numbered from 1, in every group (in the order of the comparison's groups)."""

    number: int
    frames: int
    airtime_s: float
    kind: Kind
    group: str | None  # whose the cluster is, or leans to
    shares: tuple[GroupShare, ...]

    def of(self, group: str) -> GroupShare:
        """One group's part. Raises KeyError for a group that is not compared."""
        return {share.group: share for share in self.shares}[group]


def airtime(
    labels: np.ndarray,
    video: np.ndarray,
    every_s: Sequence[float],
    groups: Sequence[str],
    k: int,
) -> Airtime:
    """Count (N,) `labels` from 0 by (N,) `video`, a place in `every_s` and `groups` (V each).

    Frames of label -1 are in no cluster: they are counted by themselves, and in no share. `every_s`
    is each video's sampling step in seconds: a video sampled twice as densely does not
    count twice.
    """
    frames = np.zeros((len(groups), k), np.int64)
    inside = labels >= 0  # (N,)
    np.add.at(frames, (video[inside], labels[inside]), 1)
    distinct = tuple(dict.fromkeys(groups))
    return Airtime(
        groups=distinct,
        group=np.array([distinct.index(group) for group in groups], dtype=np.int64),
        frames=frames,
        seconds=frames * np.asarray(every_s, np.float64)[:, None],
        left_out=np.bincount(video[~inside], minlength=len(groups)),
    )


def airtime_in_parts(
    labels: np.ndarray,
    video: np.ndarray,
    part: np.ndarray,
    every_s: Sequence[float],
    size: tuple[int, int],
) -> np.ndarray:
    """(B, V, k) seconds of (N,) `labels` of (N,) `video` in (N,) `part`; `size` is (B, k).

    Frames of label -1 are in none.
    """
    seconds = np.zeros((size[0], len(every_s), size[1]))
    inside = labels >= 0
    steps = np.asarray(every_s, np.float64)[video[inside]]
    np.add.at(seconds, (part[inside], video[inside], labels[inside]), steps)
    return seconds


def shares(seconds: np.ndarray) -> np.ndarray:
    """(..., k) airtime -> (..., k) shares of the whole; 0 where there is no airtime."""
    whole = seconds.sum(axis=-1, keepdims=True)
    return np.divide(seconds, whole, out=np.zeros_like(seconds, dtype=float), where=whole > 0)


def log_odds_ratio(own: np.ndarray, others: np.ndarray, step_s: float) -> np.ndarray:
    """ln of the odds of each cluster in `own` over those in `others`, both (..., k) seconds.

    Half a frame is added to each of the four cells, so that a cluster that one side never shows
    has a finite odds ratio. Source: Haldane, "The estimation and significance of the logarithm of
    a ratio of frequencies" (1956).
    """
    own_odds = _odds(own, step_s)
    return np.log(own_odds) - np.log(_odds(others, step_s))


def share_ratio(own: np.ndarray, others: np.ndarray, step_s: float) -> np.ndarray:
    """How many times as frequent: the ratio of shares, half a frame added to each cell."""
    half = _HALDANE * step_s
    own_share = (own + half) / (own.sum(axis=-1, keepdims=True) + 2 * half)
    return own_share / ((others + half) / (others.sum(axis=-1, keepdims=True) + 2 * half))


def kind_of(frames: np.ndarray, share: np.ndarray) -> tuple[Kind, int | None]:
    """Whether a cluster is shared, and else the place of the group it leans to or belongs to.

    `frames` and `share` are (G,): the groups' frames in the cluster and the cluster's shares of
    their airtime. Shared: every group has at least 2 frames in it, and no group gives it more than
    3 times the share that another does. Exclusive: with as much airtime for each group, 95 % of it
    would be one group's.
    """
    if not frames.sum():
        return "empty", None
    most = int(share.argmax())
    if frames.min() >= _FEWEST and share.max() <= _SHARED * share.min():
        return "shared", None
    return ("exclusive" if share[most] >= _EXCLUSIVE * share.sum() else "leaning"), most


def _odds(seconds: np.ndarray, step_s: float) -> np.ndarray:
    half = _HALDANE * step_s
    return (seconds + half) / (seconds.sum(axis=-1, keepdims=True) - seconds + half)
