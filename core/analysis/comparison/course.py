"""Each group's shares in one bin of time after another, with intervals over videos. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.bootstrap import percentiles
from core.analysis.comparison.airtime import shares
from core.analysis.comparison.tests import FEWEST_VIDEOS, RESAMPLED


@dataclass(frozen=True)
class Course:
    """G groups, B bins of time, k clusters; NaN where a group has no airtime, or no interval."""

    groups: tuple[str, ...]
    bins: tuple[str, ...]  # what each is called, in order
    share: np.ndarray  # (G, B, k), of the group's airtime in the bin
    low: np.ndarray  # (G, B, k), the ends of its 95 % interval
    high: np.ndarray
    videos: np.ndarray  # (G, B) int: with airtime there
    seconds: np.ndarray  # (G, B)


def course(
    seconds: np.ndarray,
    group: np.ndarray,
    groups: Sequence[str],
    bins: Sequence[str],
    seed: int = 0,
) -> Course:
    """(B, V, k) airtime of each video in each bin, (V,) its place in `groups`.

    Intervals resample the videos that have airtime in the bin, from 5 on, with percentiles
    widened as a t interval is.
    """
    size = (len(groups), len(bins), seconds.shape[2])
    share, low, high = (np.full(size, np.nan) for _ in range(3))
    number, whole = np.zeros(size[:2], np.int64), np.zeros(size[:2])
    generator = np.random.default_rng(seed)
    for g in range(len(groups)):
        for b, of_bin in enumerate(seconds):
            own = of_bin[(group == g) & (of_bin.sum(axis=1) > 0)]  # (n, k)
            number[g, b], whole[g, b] = len(own), own.sum()
            if len(own):
                share[g, b] = shares(own.sum(axis=0))
            if len(own) >= FEWEST_VIDEOS:
                low[g, b], high[g, b] = _interval(own, generator)
    return Course(tuple(groups), tuple(bins), share, low, high, number, whole)


def mean_course(
    values: np.ndarray,
    group: np.ndarray,
    groups: Sequence[str],
    bins: Sequence[str],
    seed: int = 0,
) -> Course:
    """(B, V) a measure of each video in each bin, NaN for none -> means over videos, k of 1."""
    size = (len(groups), len(bins), 1)
    share, low, high = (np.full(size, np.nan) for _ in range(3))
    number = np.zeros(size[:2], np.int64)
    generator = np.random.default_rng(seed)
    for g in range(len(groups)):
        for b, of_bin in enumerate(values):
            own = of_bin[(group == g) & ~np.isnan(of_bin)]
            number[g, b] = len(own)
            if len(own):
                share[g, b] = own.mean()
            if len(own) >= FEWEST_VIDEOS:
                drawn = generator.choice(own, (RESAMPLED, len(own))).mean(axis=1)
                low[g, b, 0], high[g, b, 0] = np.quantile(drawn, percentiles(len(own)))
    return Course(tuple(groups), tuple(bins), share, low, high, number, np.zeros(size[:2]))


def _interval(own: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """(n, k) seconds of videos -> (2, k)."""
    number = len(own)
    weights = generator.multinomial(number, np.full(number, 1 / number), size=RESAMPLED)
    return np.quantile(shares(weights @ own), percentiles(number), axis=0)
