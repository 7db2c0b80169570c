"""The parts of one cluster: Ward's tree of its frames, cut where the parts lie apart. Pure."""

from __future__ import annotations

import numpy as np

from core.analysis.clustering import AS_GOOD

_FEWEST = 12  # frames of a cluster that has parts
_LEAST = 4  # frames of a part
_MOST = 5  # parts
_COMPARED = 600  # frames whose distances to each other are taken; of more these stand for all


def subclusters(points: np.ndarray) -> np.ndarray:
    """(M,) int32: the part of each of (M, D) points from 1, the largest first; 0 without parts.

    Ward's tree (1963) is cut into 2 to 5 parts of at least 4 frames each: the fewest within 0.02 of
    the best silhouette, which must be above 0. Of more than 600 frames 600, evenly spaced, make the
    tree, and the others go with the nearest mean.
    """
    whole = np.zeros(len(points), np.int32)
    if len(points) < _FEWEST:
        return whole
    points = np.asarray(points, np.float64)
    chosen = np.linspace(0, len(points) - 1, min(len(points), _COMPARED)).round().astype(int)
    labels = _cut(points[chosen])
    if labels is None:
        return whole
    every = range(labels.max() + 1)
    means = np.stack([points[chosen][labels == part].mean(axis=0) for part in every])
    squares = (means**2).sum(axis=1) - 2 * points @ means.T  # (M, parts), less what all have alike
    nearest = squares.argmin(axis=1)
    nearest[chosen] = labels
    order = np.argsort(-np.bincount(nearest, minlength=len(means)), kind="stable")
    return np.asarray(np.argsort(order)[nearest] + 1, np.int32)


def _cut(points: np.ndarray) -> np.ndarray | None:
    """(M,) labels from 0 of the best cut; None where no cut has parts that lie apart."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist, squareform
    from sklearn.metrics import silhouette_score

    apart = pdist(points)
    if not apart.any():
        return None
    tree = linkage(apart, "ward")
    found: dict[int, tuple[float, np.ndarray]] = {}
    for parts in range(2, _MOST + 1):
        labels = fcluster(tree, parts, "maxclust") - 1
        if labels.max() and np.bincount(labels).min() >= _LEAST:
            score = silhouette_score(squareform(apart), labels, metric="precomputed")
            found[parts] = float(score), labels
    best = max((score for score, _ in found.values()), default=0.0)
    if best <= 0:
        return None
    return next(labels for score, labels in found.values() if score >= best - AS_GOOD)
