"""Compositions as log-ratios: what a cluster has against all others, each video counted once. Pure.

Shares of one whole cannot move alone: what one cluster gains another loses. Centred log-ratios set
each cluster against the geometric mean of all of them.
"""

from __future__ import annotations

import numpy as np

from core.analysis.bootstrap import percentiles
from core.analysis.comparison.airtime import Airtime
from core.analysis.comparison.tests import FEWEST_VIDEOS, RESAMPLED

_PRIOR = 0.5  # frames that each cluster has before any is seen: Jeffreys's prior


def log_ratios(frames: np.ndarray) -> np.ndarray:
    """(V, k) frames -> (V, k) centred log-ratios of their shares, natural logarithms.

    A zero is replaced by what it is expected to be under Jeffreys's prior, and the others are made
    smaller in proportion, so that their ratios stay. Sources: Aitchison, "The Statistical Analysis
    of Compositional Data" (1986), chapter 4; Martín-Fernández and others, "Bayesian-multiplicative
    treatment of count zeros in compositional data sets" (2015).
    """
    frames = np.asarray(frames, np.float64)
    k = frames.shape[1]
    number = frames.sum(axis=1, keepdims=True)
    expected = np.where(frames == 0, _PRIOR / (number + _PRIOR * k), 0.0)
    seen = (1 - expected.sum(axis=1, keepdims=True)) * frames / np.maximum(number, 1)
    logarithms = np.log(np.where(frames == 0, expected, seen))
    return logarithms - logarithms.mean(axis=1, keepdims=True)


def log_ratio_differences(material: Airtime) -> np.ndarray:
    """(G, k): each group's mean log-ratio over its videos, less that of the other videos."""
    points = log_ratios(material.frames)
    own = np.stack([material.group == place for place in range(len(material.groups))])  # (G, V)
    return _means(points, own) - _means(points, ~own)


def log_ratio_intervals(material: Airtime, seed: int = 0) -> np.ndarray | None:
    """(G, k, 2): 95 % intervals of the differences, whole videos resampled within their groups.

    None where a group has fewer than 5 videos.
    """
    fewest = int(material.videos.min())
    if len(material.groups) < 2 or fewest < FEWEST_VIDEOS:
        return None
    points = log_ratios(material.frames)
    generator = np.random.default_rng(seed)
    sums = []
    for place, videos in enumerate(material.videos):
        weights = generator.multinomial(videos, np.full(videos, 1 / videos), size=RESAMPLED)
        sums.append(weights @ points[material.group == place])  # (B, k)
    of_group = np.stack(sums, axis=1)  # (B, G, k)
    number = material.videos[:, None]
    rest = of_group.sum(axis=1, keepdims=True) - of_group
    drawn = of_group / number - rest / (number.sum() - number)
    return np.moveaxis(np.quantile(drawn, percentiles(fewest), axis=0), 0, -1)


def _means(points: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """(V, k) points, (G, V) which -> (G, k) their means; 0 of none."""
    number = chosen.sum(axis=1, keepdims=True)
    return chosen.astype(np.float64) @ points / np.maximum(number, 1)
