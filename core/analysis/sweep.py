"""How K-means changes with k: distances as published and as usually defined, sizes, stability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.analysis import clustering
from core.analysis.threads import threads_for

_OTHER_SEEDS = (1, 2)
_SAMPLED = 5_000  # frames: the silhouette compares every pair of them


@dataclass(frozen=True)
class Spread:
    """One division into `k` clusters in numbers; distances are L2 in the latent space.

    The reports call `to_centre` the inter-cluster distance, though it is measured inside the
    clusters, and `cross_published` the cross-cluster distance, though it is half the mean distance
    between two centres, which is `between_centres`.
    """

    k: int
    to_centre: float  # mean distance of a point to its own centre
    cross_published: float  # sum over pairs of centres / (k (k - 1))
    between_centres: float  # mean over pairs of centres: sum / (k (k - 1) / 2)
    silhouette: float  # -1 to 1, mean over the points
    sizes: tuple[int, ...]  # points in each cluster, largest first

    def row(self) -> dict[str, float | int | list[int]]:
        """The same as plain values, for JSON and tables."""
        return {**vars(self), "sizes": list(self.sizes)}


def spread(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> Spread:
    """Measure one division: (N, D) points, (N,) labels from 0, (k, D) centres, k at least 2."""
    points = np.asarray(points, np.float64)
    centres = np.asarray(centres, np.float64)
    k = len(centres)
    total = _pair_distances(centres).sum()
    return Spread(
        k=k,
        to_centre=float(np.linalg.norm(points - centres[labels], axis=1).mean()),
        cross_published=float(total / (k * (k - 1))),
        between_centres=float(total / (k * (k - 1) / 2)),
        silhouette=_silhouette(points, labels),
        sizes=tuple(sorted(np.bincount(labels, minlength=k).tolist(), reverse=True)),
    )


def stability(points: np.ndarray, labels: np.ndarray, k: int) -> float:
    """How far K-means from two other seeds agrees: mean adjusted Rand index, 1 for the same.

    Source: Hubert and Arabie, "Comparing Partitions" (1985). Raises InvalidSetting for a k that
    the points cannot give.
    """
    from sklearn.metrics import adjusted_rand_score

    others = [clustering.cluster(points, "kmeans", k, seed).labels for seed in _OTHER_SEEDS]
    return float(np.mean([adjusted_rand_score(labels, other) for other in others]))


def published_range(frames: int) -> range:
    """The k that the reports sweep: 2 to 19 for their longer videos, 2 to 9 for the short one."""
    last = 19 if frames >= 200 else 9
    return range(2, min(last, frames - 1) + 1)


def sweep(points: np.ndarray, every_k: Iterable[int], seed: int = 0) -> list[Spread]:
    """Divide (N, D) points by K-means for each k and measure it. Raises InvalidSetting."""
    divisions = (clustering.cluster(points, "kmeans", k, seed) for k in every_k)
    return [spread(points, one.labels, one.centres) for one in divisions]


def _pair_distances(centres: np.ndarray) -> np.ndarray:
    """The distances of all k (k - 1) / 2 pairs."""
    first, second = np.triu_indices(len(centres), 1)
    return np.linalg.norm(centres[first] - centres[second], axis=1)


def _silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """Source: Rousseeuw, "Silhouettes" (1987). NaN where every point is its own cluster."""
    from sklearn.metrics import silhouette_score

    if not 2 <= len(np.unique(labels)) < len(points):
        return float("nan")
    sample = _SAMPLED if len(points) > _SAMPLED else None
    with threads_for(len(points)):
        return float(silhouette_score(points, labels, sample_size=sample, random_state=0))
