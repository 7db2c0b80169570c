"""How far coders agree: percent agreement and Krippendorff's alpha for names, with intervals. Pure.

Source: Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.bootstrap import percentiles

_RESAMPLED = 2_000
FEWEST_VIDEOS = 5  # below, units are resampled: so few videos say too little of others
Interval = tuple[float, float]


@dataclass(frozen=True)
class Agreement:
    """What two or more coders agree on; None where it cannot be said."""

    units: int  # that two coders or more have coded
    percent: float | None  # of the pairs of codings of one unit, the share that is equal, 0 to 1
    alpha: float | None  # 1 is perfect, 0 what chance would give
    interval: Interval | None  # 95 %, of alpha
    resampled: str  # what was resampled for it: "videos" or "units"


def agreement(values: np.ndarray, videos: np.ndarray, seed: int = 0) -> Agreement:
    """Of (C, U) int values, C coders and U units, -1 where a coder has not coded a unit.

    `videos` (U,) says which video a unit is of: units of one video are alike, so whole videos are
    resampled, 2,000 times, where there are 5 or more. Alpha is None where all codings are of one
    category: then there is nothing to tell apart.
    """
    counts = _counts(values)  # (U, K)
    pairable = counts.sum(axis=1) > 1
    counts, videos = counts[pairable], videos[pairable]
    if not len(counts):
        return Agreement(0, None, None, None, "units")
    once = np.ones((1, len(counts)))
    clusters = np.unique(videos, return_inverse=True)[1]
    number = int(clusters.max()) + 1
    whole = number >= FEWEST_VIDEOS
    drawn_from = number if whole else len(counts)
    drawn = _drawn(clusters if whole else np.arange(len(counts)), seed)  # (B, U)
    found = _alpha(counts, drawn)
    found = found[np.isfinite(found)]
    alpha = float(_alpha(counts, once)[0])
    return Agreement(
        units=len(counts),
        percent=_percent(counts),
        alpha=alpha if np.isfinite(alpha) else None,
        interval=_interval(found, drawn_from) if np.isfinite(alpha) and len(found) else None,
        resampled="videos" if whole else "units",
    )


def of_category(values: np.ndarray, videos: np.ndarray, category: int, seed: int = 0) -> Agreement:
    """The same of one category against all others together."""
    return agreement(np.where(values < 0, -1, values == category), videos, seed)


def disagreements(values: np.ndarray) -> np.ndarray:
    """The units, ascending, that got different categories."""
    return np.flatnonzero((_counts(values) > 0).sum(axis=1) > 1)


def _counts(values: np.ndarray) -> np.ndarray:
    """(C, U) -> (U, K): how many coders gave each unit each category."""
    kinds = int(values.max(initial=0)) + 1
    return np.stack([(values == kind).sum(axis=0) for kind in range(kinds)], axis=1)


def _alpha(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(U, K) counts of pairable units, (B, U) how often each is drawn -> (B,) alpha, NaN for none.

    Alpha = ((n - 1) S - sum n_c (n_c - 1)) / (n (n - 1) - sum n_c (n_c - 1)), where S sums what
    lies on the diagonal of the coincidences: equation 3 of the source, for nominal data.
    """
    coders = counts.sum(axis=1)  # (U,)
    diagonal = (counts * (counts - 1)).sum(axis=1) / (coders - 1)
    n, of_category = weights @ coders, weights @ counts  # (B,), (B, K)
    by_chance = (of_category * (of_category - 1)).sum(axis=1)
    apart = n * (n - 1) - by_chance
    above = (n - 1) * (weights @ diagonal) - by_chance
    return np.divide(above, apart, out=np.full(len(n), np.nan), where=apart > 0)


def _percent(counts: np.ndarray) -> float:
    coders = counts.sum(axis=1)
    return float((counts * (counts - 1)).sum() / (coders * (coders - 1)).sum())


def _drawn(cluster: np.ndarray, seed: int) -> np.ndarray:
    """(B, U): how often each unit is drawn when whole clusters are, with replacement."""
    number = int(cluster.max()) + 1
    generator = np.random.default_rng(seed)
    of_clusters = generator.multinomial(number, np.full(number, 1 / number), size=_RESAMPLED)
    return of_clusters[:, cluster].astype(float)


def _interval(found: np.ndarray, drawn_from: int) -> Interval | None:
    """None where a single thing was drawn from: it says nothing of others."""
    if drawn_from < 2:
        return None
    low, high = np.quantile(found, percentiles(drawn_from))
    return float(low), float(high)
