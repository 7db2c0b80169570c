"""All clusters at once: one test before any is looked at, and p that holds over all of them. Pure.

Whole videos are exchanged between groups, as in core.analysis.comparison.tests.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.analysis.comparison.airtime import Airtime, shares
from core.analysis.comparison.compositions import log_ratios
from core.analysis.comparison.tests import DRAWN, is_exact, testable

_AT_ONCE = 1_000
_ROUNDING = 1e-9  # statistics this close are ties


@dataclass(frozen=True)
class Omnibus:
    """Whether the videos' compositions differ by group at all."""

    p: float
    explained: float  # of the squared distances between videos, the share between groups: R squared
    videos: int


def omnibus(material: Airtime, seed: int = 0) -> Omnibus | None:
    """A permutational analysis of variance over the videos; None where nothing is tested.

    Each video is one point, the centred log-ratio of its shares. Source: Anderson, "A new method
    for non-parametric multivariate analysis of variance" (2001).
    """
    if not testable(material):
        return None
    points = log_ratios(material.frames)  # (V, k)
    points -= points.mean(axis=0)
    whole = float((points**2).sum())
    if whole <= 0:
        return None
    between = [_between(points, labels) for labels in _labellings(material, seed)]
    found = np.concatenate([_between(points, material.group[None]), *between]) / whole
    return Omnibus(_p(material, found), float(found[0]), len(points))


def family_p(material: Airtime, seed: int = 0) -> np.ndarray | None:
    """(G, k) p over all clusters and groups together: the chance of one such anywhere (max-T).

    The statistic is the difference of shares over its own spread under exchange. None where
    nothing is tested. Source: Westfall and Young, "Resampling-Based Multiple Testing" (1993).
    """
    if not testable(material):
        return None
    observed = _differences(material, material.group[None])[0]  # (G, k)
    exchanged = np.concatenate(
        [_differences(material, labels) for labels in _labellings(material, seed)]
    )  # (P, G, k)
    spread = exchanged.std(axis=0)
    spread = np.where(spread > _ROUNDING, spread, np.inf)
    most = np.abs(exchanged / spread).max(axis=(1, 2))  # (P,)
    own = np.abs(observed / spread)
    extreme = (most[:, None, None] >= own - _ROUNDING).sum(axis=0)
    if _exact(material):
        return extreme / len(most)
    return (1 + extreme) / (1 + len(most))


def _between(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(V, k) points centred on 0, (P, V) groups -> (P,) sum of squares between groups."""
    found = np.zeros(len(labels))
    for group in range(int(labels.max()) + 1):
        own = (labels == group).astype(float)  # (P, V)
        number = own.sum(axis=1)
        found += ((own @ points) ** 2).sum(axis=1) / np.maximum(number, 1)
    return found


def _differences(material: Airtime, labels: np.ndarray) -> np.ndarray:
    """(P, V) groups -> (P, G, k) each group's shares less those of the others together."""
    whole = material.seconds.sum(axis=0)
    found = []
    for group in range(len(material.groups)):
        own = (labels == group).astype(float) @ material.seconds
        found.append(shares(own) - shares(whole - own))
    return np.stack(found, axis=1)


def _p(material: Airtime, found: np.ndarray) -> float:
    """Of the observed statistic, the first, among the exchanged ones."""
    extreme = int((found[1:] >= found[0] - _ROUNDING).sum())
    if _exact(material):
        return extreme / (len(found) - 1)
    return (1 + extreme) / len(found)


def _exact(material: Airtime) -> bool:
    """Whether every exchange is tried: of two groups, while there are few enough."""
    return len(material.groups) == 2 and is_exact(len(material.group), int(material.videos[0]))


def _labellings(material: Airtime, seed: int) -> Iterator[np.ndarray]:
    """(P, V) groups of the videos, exchanged in every way, or else in 9,999 random ones."""
    number = len(material.group)
    if _exact(material):
        ways = itertools.combinations(range(number), int(material.videos[0]))
        while places := list(itertools.islice(ways, _AT_ONCE)):
            labels = np.ones((len(places), number), np.int64)
            np.put_along_axis(labels, np.array(places), 0, axis=1)
            yield labels
        return
    generator = np.random.default_rng(seed)
    for start in range(0, DRAWN, _AT_ONCE):
        order = generator.random((min(_AT_ONCE, DRAWN - start), number)).argsort(axis=1)
        yield material.group[order]
