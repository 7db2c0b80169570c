"""The comparison's table: every cluster in every group, with effect, interval and test. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from core.analysis.comparison import tests
from core.analysis.comparison.airtime import (
    Airtime,
    ClusterComparison,
    GroupShare,
    Interval,
    kind_of,
    log_odds_ratio,
    share_ratio,
    shares,
)


@dataclass(frozen=True)
class GroupTotal:
    """One group as a whole; frames and airtime are of its frames that are in a cluster."""

    group: str
    videos: int
    frames: int
    airtime_s: float
    overall: float  # share of all airtime: what its share of each cluster is read against
    smallest_p: float | None  # that so many videos allow; None where nothing is tested
    left_out: int = 0  # frames in no cluster


@dataclass(frozen=True)
class _Numbers:
    """What the rows are filled from; (G, k) each, intervals (G, k, 2)."""

    share: np.ndarray
    of_cluster: np.ndarray
    difference: np.ndarray
    ratio: np.ndarray
    odds: np.ndarray
    p: np.ndarray | None
    q: np.ndarray | None
    intervals: tuple[np.ndarray, np.ndarray] | None  # of the odds, of the cluster's part


def totals(material: Airtime) -> tuple[GroupTotal, ...]:
    """Each group's videos, frames and airtime, and its frames in no cluster."""
    frames = material.of_groups(material.frames).sum(axis=1)
    seconds = material.of_groups(material.seconds).sum(axis=1)
    left_out = material.of_groups(material.left_out)
    testable = tests.testable(material)
    return tuple(
        GroupTotal(
            group=group,
            videos=int(material.videos[place]),
            frames=int(frames[place]),
            airtime_s=float(seconds[place]),
            overall=float(seconds[place] / seconds.sum()) if seconds.sum() else 0.0,
            smallest_p=tests.smallest_p(material, place) if testable else None,
            left_out=int(left_out[place]),
        )
        for place, group in enumerate(material.groups)
    )


def compare_groups(
    material: Airtime, numbers: Sequence[int] | None = None, seed: int = 0
) -> tuple[ClusterComparison, ...]:
    """Every cluster, called by `numbers` (1 to k where they are not given).

    With two groups the second's contrast mirrors the first's; with more, each group is set against
    all others together. Nothing is tested where a group has a single video: then group and video
    cannot be told apart.
    """
    found = _numbers(material, seed)
    frames = material.of_groups(material.frames)  # (G, k)
    seconds = material.of_groups(material.seconds)
    rows = []
    for c in range(frames.shape[1]):
        kind, most = kind_of(frames[:, c], found.share[:, c])
        rows.append(
            ClusterComparison(
                number=numbers[c] if numbers else c + 1,
                frames=int(frames[:, c].sum()),
                airtime_s=float(seconds[:, c].sum()),
                kind=kind,
                group=None if most is None else material.groups[most],
                shares=tuple(
                    _share(group, int(frames[g, c]), float(seconds[g, c]), found, g, c)
                    for g, group in enumerate(material.groups)
                ),
            )
        )
    return tuple(rows)


def _numbers(material: Airtime, seed: int) -> _Numbers:
    seconds = material.of_groups(material.seconds)  # (G, k)
    others = seconds.sum(axis=0) - seconds
    p = q = None
    if tests.testable(material):
        places = range(len(material.groups))
        distinct = places[:1] if len(places) == 2 else places  # the second of two is the first's
        tested = np.stack([tests.permutation_p(material, place, seed) for place in distinct])
        shown = seconds.sum(axis=0) > 0  # an empty cluster is no question
        corrected = np.ones_like(tested)
        # Not Holm: these are leads to look at, and with few videos none could pass its bound.
        q_shown = stats.false_discovery_control(tested[:, shown].ravel(), method="bh")
        corrected[:, shown] = q_shown.reshape(len(tested), -1)
        p, q = (np.broadcast_to(found, seconds.shape) for found in (tested, corrected))
    return _Numbers(
        share=shares(seconds),
        of_cluster=shares(seconds.T).T,
        difference=shares(seconds) - shares(others),
        ratio=share_ratio(seconds, others, material.step_s),
        odds=log_odds_ratio(seconds, others, material.step_s),
        p=p,
        q=q,
        intervals=tests.intervals(material, seed),
    )


def _share(
    group: str, frames: int, seconds: float, numbers: _Numbers, g: int, c: int
) -> GroupShare:
    odds, part = numbers.intervals or (None, None)
    return GroupShare(
        group=group,
        frames=frames,
        airtime_s=seconds,
        share=float(numbers.share[g, c]),
        of_cluster=float(numbers.of_cluster[g, c]),
        of_cluster_interval=_interval(part, g, c),
        difference=float(numbers.difference[g, c]),
        ratio=float(numbers.ratio[g, c]),
        log_odds_ratio=float(numbers.odds[g, c]),
        interval=_interval(odds, g, c),
        p=None if numbers.p is None else float(numbers.p[g, c]),
        q=None if numbers.q is None else float(numbers.q[g, c]),
    )


def _interval(ends: np.ndarray | None, g: int, c: int) -> Interval | None:
    return None if ends is None else (float(ends[g, c, 0]), float(ends[g, c, 1]))
