"""How far two maps of the same frames agree on which lie near each other. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.map_quality import NEIGHBOURS


@dataclass(frozen=True)
class MapAgreement:
    """How many of a frame's `neighbours` nearest on one map are so on the other, from 0 to 1."""

    neighbours: int
    kept: float  # the mean
    chance: float  # what it would be were one map shuffled
    of_frame: np.ndarray  # (N,) float32


def map_agreement(first: np.ndarray, second: np.ndarray) -> MapAgreement | None:
    """Of (N, 2) places of the same frames on two maps; None of fewer than 4 frames.

    Neighbours are 15, or as many as half of the other frames.
    """
    frames = len(first)
    k = min(NEIGHBOURS, (frames - 1) // 2)
    if k < 1 or frames < 4:
        return None
    near = [_nearest(places, k) for places in (first, second)]
    rows = np.arange(frames)[:, None] * frames
    shared = np.isin(near[0] + rows, near[1] + rows).mean(axis=1)  # each row among its own alone
    return MapAgreement(k, float(shared.mean()), k / (frames - 1), shared.astype(np.float32))


def _nearest(places: np.ndarray, k: int) -> np.ndarray:
    """(N, k) rows of the nearest others, of equally near ones whichever come first."""
    from scipy.spatial import cKDTree

    rows = np.arange(len(places))
    found = cKDTree(places).query(places, k + 1)[1]  # (N, k + 1), mostly with the row itself
    itself = found == rows[:, None]
    itself[~itself.any(axis=1), -1] = True  # among equal places it may not be: the last goes
    return np.asarray(found[~itself].reshape(len(places), k))
