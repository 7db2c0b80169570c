"""The comparison's table: every cluster in every group, with effect, interval and test. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.comparison import tests
from core.analysis.comparison.airtime import (
    Airtime,
    ClusterComparison,
    GroupShare,
    kind_of,
    log_odds_ratio,
    share_ratio,
    shares,
)
from core.analysis.comparison.compositions import log_ratio_differences, log_ratio_intervals
from core.analysis.comparison.family import family_p
from core.analysis.comparison.robustness import detectable, without_one_video


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
    figures = _figures(material, seed)
    frames = material.of_groups(material.frames)  # (G, k)
    seconds = material.of_groups(material.seconds)
    rows = []
    for c in range(frames.shape[1]):
        kind, most = kind_of(frames[:, c], figures["share"][:, c])
        rows.append(
            ClusterComparison(
                number=numbers[c] if numbers else c + 1,
                frames=int(frames[:, c].sum()),
                airtime_s=float(seconds[:, c].sum()),
                kind=kind,
                group=None if most is None else material.groups[most],
                shares=tuple(
                    GroupShare(
                        group, **{name: _plain(found, g, c) for name, found in figures.items()}
                    )
                    for g, group in enumerate(material.groups)
                ),
            )
        )
    return tuple(rows)


def _figures(material: Airtime, seed: int) -> dict[str, Any]:
    """What GroupShare has, by name: (G, k), intervals (G, k, 2), None where there is none."""
    seconds = material.of_groups(material.seconds)  # (G, k)
    others = seconds.sum(axis=0) - seconds
    p = q = None
    if tests.testable(material):
        from scipy import stats  # takes half a second, which the server need not wait for

        places = range(len(material.groups))
        distinct = places[:1] if len(places) == 2 else places  # the second of two is the first's
        tested = np.stack([tests.permutation_p(material, place, seed) for place in distinct])
        shown = seconds.sum(axis=0) > 0  # an empty cluster is no question
        corrected = np.ones_like(tested)
        # Not Holm: these are leads to look at, and with few videos none could pass its bound.
        q_shown = stats.false_discovery_control(tested[:, shown].ravel(), method="bh")
        corrected[:, shown] = q_shown.reshape(len(tested), -1)
        p, q = (np.broadcast_to(found, seconds.shape) for found in (tested, corrected))
    odds_interval, part_interval = tests.intervals(material, seed) or (None, None)
    return {
        "frames": material.of_groups(material.frames),
        "airtime_s": seconds,
        "share": shares(seconds),
        "of_cluster": shares(seconds.T).T,
        "of_cluster_interval": part_interval,
        "difference": shares(seconds) - shares(others),
        "ratio": share_ratio(seconds, others, material.step_s),
        "log_odds_ratio": log_odds_ratio(seconds, others, material.step_s),
        "interval": odds_interval,
        "p": p,
        "q": q,
        "family_p": family_p(material, seed),
        "without_one": without_one_video(material),
        "detectable": detectable(material),
        "log_ratio": log_ratio_differences(material),
        "log_ratio_interval": log_ratio_intervals(material, seed),
    }


def _plain(figure: np.ndarray | None, g: int, c: int) -> Any:
    """One cell as a number, an interval as a pair of them."""
    if figure is None:
        return None
    cell = figure[g, c].tolist()
    return tuple(cell) if isinstance(cell, list) else cell
