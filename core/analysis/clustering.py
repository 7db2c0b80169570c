"""Divides latents into clusters: K-means, a Gaussian mixture from it, or HDBSCAN. Pure."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from core.analysis import hdbscan, limits
from core.analysis.pca_scores import pca_scores
from core.analysis.threads import threads_for
from core.errors import InvalidSetting
from core.records import Clustering

METHODS = {"kmeans": "K-means", "gmm": "Gaussian mixture", "hdbscan": "HDBSCAN"}
EDITED = "edited"  # the method of a division some of whose frames were divided anew
SMALLEST_K, LARGEST_K = 2, 20  # what the pages offer
STANDARD_K = {"kmeans": 8, "gmm": 12}  # where none is chosen; 12 as in the second report
BETWEEN = 0.9  # a frame whose largest share is lower lies between clusters
AS_GOOD = 0.02  # of the silhouette: a smaller k so near to the best is preferred
_FLOOR = 0.5  # of the mean variance within the clusters that a mixture starts from
_MIXED_UP_TO = 100_000  # frames that a mixture is fitted on


@dataclass(frozen=True)
class Division:
    """A clustering's arrays; clusters are ordered by size, largest first, and count from 0 here."""

    labels: np.ndarray  # (N,) int32, -1 in no cluster (HDBSCAN)
    distance: np.ndarray  # (N,) float32, L2 to the own centre, as measured; NaN in no cluster
    probability: np.ndarray  # (N,) float32, of the own cluster; NaN where the method has none
    membership: np.ndarray  # (N, k) float32, shares in all clusters; (N, 0) but for a mixture
    centres: np.ndarray  # (k, D) float32, places in the latent space, which can be decoded
    nearest: np.ndarray  # (k,) int32, the row of the real frame nearest to each centre

    def arrays(self) -> dict[str, np.ndarray]:
        """What is kept, by name."""
        return dict(vars(self))


def cluster(
    latents: np.ndarray,
    method: str,
    k: int,
    seed: int = 0,
    measured: np.ndarray | None = None,
    smallest: int = 0,
) -> Division:
    """Divide (N, D) latents into `k` clusters. The same seed gives the same division.

    HDBSCAN finds k by itself: give it 0, and the frames that a cluster has at least, `smallest`;
    its frames in no cluster have label -1. `_mixture_shares` describes the mixture, which gives
    fewer clusters than `k` where some would be empty.

    `measured` are the latents as distances are taken between them (core.analysis.weighting), (N, D)
    too; without it the latents themselves. Centres are means of the latents all the same, of all
    frames by their shares, so that they can be decoded where a weight is 0.

    Of more than 50,000 frames so many are divided, a mixture is fitted on 100,000, and the others
    belong where the nearest centre is, or the nearest frame (HDBSCAN).
    Raises InvalidSetting for an unknown method and for a k or size that these frames cannot give.
    """
    check(method, k, len(latents), smallest)
    kind = limits.precision(len(latents))
    points = np.asarray(latents if measured is None else measured, dtype=kind)  # (N, D)
    with threads_for(len(points)):
        if method == "hdbscan":
            labels, probability = hdbscan.fit_predict(points, smallest)
        else:
            labels, probability = _kmeans(points, k, seed), np.full(len(points), np.nan)
        shares = (labels[:, None] == np.arange(labels.max() + 1)).astype(kind)  # (N, k)
        if method == "gmm":
            shares = _without_empty(_mixture_shares(points, labels, k, seed))
            labels, probability = shares.argmax(axis=1), shares.max(axis=1)
    centres = _means(points, shares)
    places = centres if measured is None else _means(np.asarray(latents, kind), shares)
    kept = shares if method == "gmm" else shares[:, :0]
    return _in_order(points, labels, probability, kept, centres, places)


def described(latents: np.ndarray, points: np.ndarray, labels: np.ndarray) -> Division:
    """The division that (N,) `labels` from 0 are, -1 in no cluster; the clusters keep their order.

    `points` (N, D) are the latents as they are measured.
    """
    kind = limits.precision(len(labels))
    shares = (labels[:, None] == np.arange(labels.max() + 1)).astype(kind)  # (N, k)
    centres = _means(points, shares)
    apart = to_own_centre(points, labels, centres)
    return Division(
        labels=labels.astype(np.int32),
        distance=_distance(apart, labels),
        probability=np.full(len(labels), np.nan, np.float32),
        membership=np.zeros((len(labels), 0), np.float32),
        centres=_means(np.asarray(latents, kind), shares).astype(np.float32),
        nearest=_nearest(points, labels, centres, apart),
    )


def check(method: str, k: int, frames: int, smallest: int = 0) -> None:
    """Raise InvalidSetting unless `frames` frames can be asked to be divided so."""
    if method not in METHODS:
        raise InvalidSetting(
            f"There is no clustering method {method!r}; choose from {', '.join(METHODS)}."
        )
    if frames < 3:
        raise InvalidSetting(f"This run has {frames} frames; clustering needs at least 3.")
    if method == "hdbscan":
        hdbscan.check_min_cluster_size(smallest, frames)
        return
    if k < SMALLEST_K:
        raise InvalidSetting(f"k = {k} is too few clusters; choose {SMALLEST_K} to {frames - 1}.")
    if k >= frames:
        relation = "more than" if k > frames else "as many as"
        raise InvalidSetting(
            f"k = {k} is {relation} the {frames} frames of this run; choose 2 to {frames - 1}."
        )


def title(clustering: Clustering) -> str:
    """ "K-means, k = 8", and what was divided anew: "; then cluster 3 (61 frames) into 4".

    Of clusters from examples "Nearest to the examples of Expert, Street (at most 1)" comes first.
    """
    edit = clustering.edit
    seeded = edit if edit.get("kind") == "seeded" else edit.get("seeded")
    if seeded:
        names, later = ", ".join(seeded["names"]), edit["steps"][len(seeded["steps"]) :]
        first = f"Nearest to the examples of {names} (at most {seeded['ratio']:g})"
        return first + "".join(f"; then {what} ({n} frames) into {to}" for what, n, to in later)
    method, k = edit.get("method", clustering.method), edit.get("k", clustering.k)
    steps = (f"; then {what} ({n} frames) into {parts}" for what, n, parts in edit.get("steps", ()))
    return f"{METHODS.get(method, method)}, k = {k}" + "".join(steps)


def offered(frames: int) -> range:
    """The k that the pages offer for a run of `frames` frames."""
    return range(SMALLEST_K, min(LARGEST_K, frames - 1) + 1)


def _kmeans(points: np.ndarray, k: int, seed: int) -> np.ndarray:
    """(N,) labels; of more than 50,000 points that of the nearest centre of as many of them."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said better below
        model = KMeans(n_clusters=k, n_init=10, random_state=seed)
        model.fit(points[limits.drawn(len(points))])
    found = len(np.unique(model.labels_))
    if found < k:
        raise InvalidSetting(
            f"k = {k} is more than the {found} different frames here; "
            + (f"choose 2 to {found}." if found > 1 else "there is nothing to divide.")
        )
    if limits.exact(len(points)):
        return model.labels_
    return np.concatenate([model.predict(points[part]) for part in limits.slices(len(points))])


def _mixture_shares(points: np.ndarray, labels: np.ndarray, k: int, seed: int) -> np.ndarray:
    """(N, D) points in the clusters of `labels` -> (N, k) each point's shares, which add up to 1.

    The second report's mixture (diagonal covariances, from the K-means centres, tolerance 1e-3, at
    most 1,000 iterations), with two changes that latents of many numbers need. It is fitted in the
    directions that hold 90 % of the variance, where diagonal covariances are those of the data as
    a whole, and no variance falls below half of the mean variance within the clusters. Without, a
    component that owns a few frames shrinks in hundreds of directions until it owns no other
    (the singularities of Bishop 2006, section 9.2.1): with 800 numbers and scikit-learn's floor of
    1e-6 of the variance, 7 of 12 mixtures on `affinity` and `crvae` runs had empty clusters, up to
    5 of 12, and no frame was between two clusters; so fitted, none of 24 had.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    places = pca_scores(points, least=k - 1)  # as many as k centres span
    places = places / (places.std() or 1.0)  # so that the floor means the same for every model
    centres = np.stack([places[labels == number].mean(axis=0) for number in range(k)])
    within = float(np.square(places - centres[labels]).mean())
    model = GaussianMixture(
        n_components=k,
        covariance_type="diag",
        means_init=centres,
        reg_covar=max(_FLOOR * within, 1e-6),
        tol=1e-3,
        max_iter=1000,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(places[limits.drawn(len(places), _MIXED_UP_TO)])
    shares = [model.predict_proba(places[part]) for part in limits.slices(len(places))]
    return np.concatenate(shares)


def _without_empty(shares: np.ndarray) -> np.ndarray:
    """(N, k) shares without the components that are no frame's largest: nearly equal pictures."""
    kept = shares[:, np.unique(shares.argmax(axis=1))]  # (N, at most k)
    if kept.shape[1] < SMALLEST_K:
        raise InvalidSetting(
            "The frames of this run are too alike for a mixture; there is nothing to divide."
        )
    return kept / kept.sum(axis=1, keepdims=True)


def _means(points: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(k, D): the mean of (N, D) points for each cluster, counted by their (N, k) shares in it."""
    total = shares.sum(axis=0, dtype=np.float64) + 10 * np.finfo(np.float64).eps
    parts = [shares[part].T @ points[part] for part in limits.slices(len(points))]
    return np.sum(parts, axis=0, dtype=np.float64) / total[:, None]


def to_own_centre(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """(N,) the distance of each of (N, D) points to the centre of its label."""
    parts = limits.slices(len(points))
    found = [np.linalg.norm(points[part] - centres[labels[part]], axis=1) for part in parts]
    return np.concatenate(found)


def _in_order(
    points: np.ndarray,
    labels: np.ndarray,
    probability: np.ndarray,
    membership: np.ndarray,
    centres: np.ndarray,
    places: np.ndarray,
) -> Division:
    """Sort the clusters. `centres` lie among the (N, D) points; `places` are them as latents."""
    sizes = np.bincount(labels[labels >= 0], minlength=len(centres))
    first = np.array(
        [np.flatnonzero(labels == n).min(initial=len(labels)) for n in range(len(sizes))]
    )
    order = np.lexsort((first, -sizes))  # by size, then by the first frame
    place = np.append(np.argsort(order), -1)  # the last for label -1
    labels, centres = place[labels], centres[order].astype(points.dtype)
    apart = to_own_centre(points, labels, centres)
    return Division(
        labels=labels.astype(np.int32),
        distance=_distance(apart, labels),
        probability=probability.astype(np.float32),
        membership=membership[:, order[: membership.shape[1]]].astype(np.float32),
        centres=places[order].astype(np.float32),
        nearest=_nearest(points, labels, centres, apart),
    )


def _distance(apart: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(N,) float32 of each point to its own centre; NaN in no cluster."""
    return np.where(labels >= 0, apart, np.nan).astype(np.float32)


def _nearest(
    points: np.ndarray, labels: np.ndarray, centres: np.ndarray, apart: np.ndarray
) -> np.ndarray:
    """For each centre the row nearest to it, of its own cluster unless that is empty."""
    nearest = np.empty(len(centres), dtype=np.int32)
    for number in range(len(centres)):
        rows = np.flatnonzero(labels == number)
        if len(rows):
            nearest[number] = rows[apart[rows].argmin()]
        else:
            nearest[number] = to_own_centre(points, np.full(len(points), number), centres).argmin()
    return nearest
