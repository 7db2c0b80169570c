"""How far apart two halves of one video are, beside videos of one group and of others. Pure.

The distance of two compositions is the part of airtime that lies in other clusters: half the sum of
the absolute differences of their shares, from 0 to 1. Halves are set against halves throughout:
half a video has half the frames, and fewer frames lie further apart by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.comparison.airtime import shares


@dataclass(frozen=True)
class Yardstick:
    """Mean distances, each from 0 to 1; None where there is no such pair."""

    halves: float | None  # of the two halves of one video
    alike: float | None  # of halves of two videos of one group
    apart: float | None  # of halves of two videos of different groups
    videos: int  # of which both halves have a frame in a cluster


@dataclass(frozen=True)
class Distances:
    """The distances themselves: one for each video, and one for each pair of videos."""

    halves: np.ndarray  # (V,)
    alike: np.ndarray  # (P,) each the mean of the pair's four halves
    apart: np.ndarray  # (Q,)

    @property
    def yardstick(self) -> Yardstick:
        return Yardstick(_mean(self.halves), _mean(self.alike), _mean(self.apart), len(self.halves))


def distances(halves: np.ndarray, group: np.ndarray) -> Distances:
    """(2, V, k) seconds of each video's halves, (V,) its group -> all distances.

    A video with a half that has no frame in a cluster is left out.
    """
    whole = (halves.sum(axis=2) > 0).all(axis=0)  # (V,)
    of = shares(halves[:, whole])  # (2, V, k)
    group = group[whole]
    apart = np.mean([_between(a, b) for a in of for b in of], axis=0)  # (V, V)
    first, second = np.triu_indices(len(group), 1)
    same = group[first] == group[second]
    pairs = apart[first, second]
    return Distances(np.abs(of[0] - of[1]).sum(axis=1) / 2, pairs[same], pairs[~same])


def _between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(V, k), (V, k) shares -> (V, V), a row of them at a time."""
    return np.stack([np.abs(row - b).sum(axis=1) / 2 for row in a]) if len(a) else np.zeros((0, 0))


def _mean(of: np.ndarray) -> float | None:
    return float(of.mean()) if len(of) else None
