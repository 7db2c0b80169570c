"""Divides latents into clusters: K-means, or a Gaussian mixture that starts from it. Pure."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from core.analysis.threads import threads_for
from core.errors import InvalidSetting

METHODS = {"kmeans": "K-means", "gmm": "Gaussian mixture"}
SMALLEST_K, LARGEST_K = 2, 20  # what the pages offer


@dataclass(frozen=True)
class Division:
    """A clustering's arrays; clusters are ordered by size, largest first, and count from 0 here."""

    labels: np.ndarray  # (N,) int32
    distance: np.ndarray  # (N,) float32, L2 to the own centre, as measured
    probability: np.ndarray  # (N,) float32, of the own cluster; NaN where the method has none
    centres: np.ndarray  # (k, D) float32, places in the latent space, which can be decoded
    nearest: np.ndarray  # (k,) int32, the row of the real frame nearest to each centre

    def arrays(self) -> dict[str, np.ndarray]:
        """What is kept, by name."""
        return dict(vars(self))


def cluster(
    latents: np.ndarray, method: str, k: int, seed: int = 0, measured: np.ndarray | None = None
) -> Division:
    """Divide (N, D) latents into `k` clusters. The same seed gives the same division.

    `measured` are the latents as distances are taken between them (core.analysis.weighting), (N, D)
    too; without it the latents themselves. Centres are means of the latents all the same, so that
    they can be decoded where a weight is 0. A mixture fits a spread of its own to each number:
    there a weight moves the start, and only one of 0 takes its block away.
    Raises InvalidSetting for an unknown method and for a k that these frames cannot give.
    """
    check(method, k, len(latents))
    points = np.asarray(latents if measured is None else measured, dtype=np.float64)  # (N, D)
    with threads_for(len(points)):
        labels, centres = _kmeans(points, k, seed)
        shares = np.eye(k)[labels]  # (N, k)
        probability = np.full(len(points), np.nan)
        if method == "gmm":
            shares, centres = _mixture(points, centres, seed)
            labels, probability = shares.argmax(axis=1), shares.max(axis=1)
    places = centres
    if measured is not None:
        centres, places = _means(points, shares), _means(np.asarray(latents, np.float64), shares)
    return _in_order(points, labels, probability, centres, places)


def check(method: str, k: int, frames: int) -> None:
    """Raise InvalidSetting unless `k` clusters of `frames` frames can be asked for."""
    if method not in METHODS:
        raise InvalidSetting(
            f"There is no clustering method {method!r}; choose from {', '.join(METHODS)}."
        )
    if frames < 3:
        raise InvalidSetting(f"This run has {frames} frames; clustering needs at least 3.")
    if k < SMALLEST_K:
        raise InvalidSetting(f"k = {k} is too few clusters; choose {SMALLEST_K} to {frames - 1}.")
    if k >= frames:
        relation = "more than" if k > frames else "as many as"
        raise InvalidSetting(
            f"k = {k} is {relation} the {frames} frames of this run; choose 2 to {frames - 1}."
        )


def offered(frames: int) -> range:
    """The k that the pages offer for a run of `frames` frames."""
    return range(SMALLEST_K, min(LARGEST_K, frames - 1) + 1)


def _kmeans(points: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said better below
        model = KMeans(n_clusters=k, n_init=10, random_state=seed).fit(points)
    found = len(np.unique(model.labels_))
    if found < k:
        raise InvalidSetting(
            f"k = {k} is more than the {found} different frames of this run; "
            + (f"choose 2 to {found}." if found > 1 else "there is nothing to divide.")
        )
    return model.labels_, model.cluster_centers_


def _mixture(points: np.ndarray, centres: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The second report's mixture: diagonal covariances, from the K-means centres.

    Gives each point's shares in the k clusters (N, k), and the centres (k, D).
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    scale = points.std() or 1.0  # so that the covariances' floor means the same for every model
    model = GaussianMixture(
        n_components=len(centres),
        covariance_type="diag",
        means_init=centres / scale,
        tol=1e-3,
        max_iter=1000,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points / scale)
    return model.predict_proba(points / scale), model.means_ * scale


def _means(points: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(k, D): the mean of (N, D) points for each cluster, counted by their (N, k) shares in it."""
    total = shares.sum(axis=0) + 10 * np.finfo(np.float64).eps  # a mixture may empty a cluster
    return (shares.T @ points) / total[:, None]


def _in_order(
    points: np.ndarray,
    labels: np.ndarray,
    probability: np.ndarray,
    centres: np.ndarray,
    places: np.ndarray,
) -> Division:
    """Sort the clusters. `centres` lie among the (N, D) points; `places` are them as latents."""
    sizes = np.bincount(labels, minlength=len(centres))
    first = np.array(
        [np.flatnonzero(labels == n).min(initial=len(labels)) for n in range(len(sizes))]
    )
    order = np.lexsort((first, -sizes))  # by size, then by the first frame
    place = np.argsort(order)
    labels, centres = place[labels], centres[order]
    return Division(
        labels=labels.astype(np.int32),
        distance=np.linalg.norm(points - centres[labels], axis=1).astype(np.float32),
        probability=probability.astype(np.float32),
        centres=places[order].astype(np.float32),
        nearest=_nearest(points, labels, centres),
    )


def _nearest(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """For each centre the row nearest to it, of its own cluster unless that is empty."""
    nearest = np.empty(len(centres), dtype=np.int32)
    for number, centre in enumerate(centres):
        rows = np.flatnonzero(labels == number)
        rows = rows if len(rows) else np.arange(len(points))
        nearest[number] = rows[np.linalg.norm(points[rows] - centre, axis=1).argmin()]
    return nearest
