"""How K-means changes with k: distances as published and as usually defined, sizes, stability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.distance import pdist

from core.analysis.clustering import to_own_centre
from core.analysis.threads import threads_for

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

    def row(self) -> dict[str, Any]:
        """The same as plain values, for JSON and tables; None for what cannot be measured."""
        silhouette = self.silhouette if np.isfinite(self.silhouette) else None
        return {**vars(self), "sizes": list(self.sizes), "silhouette": silhouette}


@dataclass(frozen=True)
class SweptK(Spread):
    """The same, with how stable the division is; see core.analysis.stability, .persistence."""

    over_seeds: float  # adjusted Rand index, 1 for the same division
    over_resamples: float
    robust: tuple[bool, ...] | None  # of each cluster, largest first; None: not known for this k

    def row(self) -> dict[str, Any]:
        """The same, with None for robust clusters that are not known."""
        return {**super().row(), "robust": None if self.robust is None else list(self.robust)}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> SweptK:
        """What `row` gave."""
        robust = None if row["robust"] is None else tuple(row["robust"])
        silhouette = float("nan") if row["silhouette"] is None else row["silhouette"]
        changed = {"sizes": tuple(row["sizes"]), "robust": robust, "silhouette": silhouette}
        return cls(**{**row, **changed})


def spread(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> Spread:
    """Measure one division: (N, D) points, (N,) labels from 0, (k, D) centres, k at least 2."""
    centres = np.asarray(centres, np.float64)
    k = len(centres)
    total = pdist(centres).sum()  # of all k (k - 1) / 2 pairs
    return Spread(
        k=k,
        to_centre=float(to_own_centre(points, labels, centres).mean()),
        cross_published=float(total / (k * (k - 1))),
        between_centres=float(total / (k * (k - 1) / 2)),
        silhouette=_silhouette(points, labels),
        sizes=tuple(sorted(np.bincount(labels, minlength=k).tolist(), reverse=True)),
    )


def published_range(frames: int) -> range:
    """The k that the reports sweep: 2 to 19 for their longer videos, 2 to 9 for the short one."""
    last = 19 if frames >= 200 else 9
    return range(2, min(last, frames - 1) + 1)


def _silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """Source: Rousseeuw, "Silhouettes" (1987). NaN where every point is its own cluster.

    Of more than 5,000 points so many are drawn, as scikit-learn would.
    """
    from sklearn.metrics import silhouette_score

    if len(points) > _SAMPLED:
        rows = np.random.RandomState(0).permutation(len(points))[:_SAMPLED]
        points, labels = points[rows], labels[rows]
    if not 2 <= len(np.unique(labels)) < len(points):
        return float("nan")
    with threads_for(len(points)):
        return float(silhouette_score(np.asarray(points, np.float64), labels))
