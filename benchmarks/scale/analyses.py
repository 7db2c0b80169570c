"""The steps on drawn latents: what is measured, and how near to the exact answer it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.analysis import clustering, hdbscan, limits, neighbours, projection, stability, sweep
from core.analysis.map_quality import map_quality

K = 8
_COMPARED = 10_000  # rows whose neighbours are compared with the true ones
_FITTED_UP_TO = 200_000  # frames of which K-means of all is made, to compare

Accuracy = dict[str, Any]
# Does the step; what it gives measures afterwards how good that was.
Step = Callable[[np.ndarray], Callable[[], Accuracy]]


def kmeans(points: np.ndarray) -> Callable[[], Accuracy]:
    found = clustering.cluster(points, "kmeans", K)

    def accuracy() -> Accuracy:
        if limits.exact(len(points)) or len(points) > _FITTED_UP_TO:
            return {}
        from sklearn.cluster import KMeans

        inertia = float(np.square(found.distance, dtype=np.float64).sum())
        best = KMeans(K, n_init=10, random_state=0).fit(points).inertia_
        return {"inertia_ratio": inertia / best}

    return accuracy


def mixture(points: np.ndarray) -> Callable[[], Accuracy]:
    found = clustering.cluster(points, "gmm", clustering.STANDARD_K["gmm"])
    return lambda: {"between": float((found.probability < clustering.BETWEEN).mean())}


def density(points: np.ndarray) -> Callable[[], Accuracy]:
    smallest = hdbscan.default_min_cluster_size(len(points)) // 4
    found = clustering.cluster(points, "hdbscan", 0, smallest=smallest)
    return lambda: {"clusters": len(found.centres), "in_none": float((found.labels < 0).mean())}


def one_k(points: np.ndarray) -> Callable[[], Accuracy]:
    """A sweep's work for one k: the sweep has 19."""
    found = clustering.cluster(points, "kmeans", K)
    labels = found.labels
    measured = sweep.spread(points, labels, found.centres)
    alike = stability.over_seeds(points, labels, K), stability.over_resamples(points, labels, K)
    return lambda: {"silhouette": measured.silhouette, "over_seeds": alike[0]}


def near(points: np.ndarray) -> Callable[[], Accuracy]:
    found = neighbours.neighbours(points)

    def accuracy() -> Accuracy:
        rows = limits.drawn(len(points), _COMPARED)
        listed = found[rows]
        if limits.exact(len(points)):  # what the index would have found
            listed = neighbours.by_index(points, found.shape[1])[rows]
        true, _ = neighbours.nearest_among(points, points[rows], found.shape[1] + 1)  # itself too
        hits = [
            len(np.intersect1d(a, b[b != row]))
            for row, a, b in zip(rows, listed, true, strict=True)
        ]
        return {"recall": float(np.sum(hits) / listed.size)}

    return accuracy


def _laid_out(method: str) -> Step:
    def step(points: np.ndarray) -> Callable[[], Accuracy]:
        placed = projection.project(points, method)

        def accuracy() -> Accuracy:
            quality = map_quality(points, placed)
            assert quality is not None
            said = {"kept": quality.kept, "trustworthiness": quality.trustworthiness}
            fitted = np.isin(np.arange(len(points)), limits.drawn(len(points)))
            if not limits.exact(len(points)):
                said["kept_of_fitted"] = float(np.nanmean(quality.of_frame[fitted]))
            return said

        return accuracy

    return step


STEPS: dict[str, Step] = {
    "neighbours": near,
    "kmeans": kmeans,
    "mixture": mixture,
    "hdbscan": density,
    "sweep-of-one-k": one_k,
    "tsne": _laid_out("tsne"),
    "umap": _laid_out("umap"),
}
