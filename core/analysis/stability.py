"""How far K-means comes out alike from other starts and from other frames. Pure."""

from __future__ import annotations

import warnings

import numpy as np

from core.analysis import clustering
from core.analysis.threads import threads_for

AT_MOST = 5_000  # frames: of more, so many are drawn, in their order
_OTHER_SEEDS = (1, 2, 3)
_RESAMPLES = 5
_BLOCK = 10  # frames that are drawn together: neighbours in time are much the same picture
_STARTS = 3  # of K-means on resampled frames; the division itself has ten


def over_seeds(points: np.ndarray, labels: np.ndarray, k: int) -> float:
    """How far K-means from other seeds agrees with `labels`: mean adjusted Rand index.

    1 is the same, 0 what chance gives. Source: Hubert and Arabie, "Comparing Partitions" (1985).
    Raises InvalidSetting for a k that the points cannot give.
    """
    from sklearn.metrics import adjusted_rand_score

    points, labels = _drawn(points, labels)
    others = [clustering.cluster(points, "kmeans", k, seed).labels for seed in _OTHER_SEEDS]
    return float(np.mean([adjusted_rand_score(labels, other) for other in others]))


def over_resamples(points: np.ndarray, labels: np.ndarray, k: int) -> float:
    """The same for K-means on frames drawn with replacement, in blocks of 10 as they follow.

    All points go to the nearest of the centres found there; only they are compared. Drawn one by
    one, every scene would be in every sample, and anything would be stable. Sources: Künsch, "The
    Jackknife and the Bootstrap for General Stationary Observations" (1989); Hennig, "Cluster-wise
    Assessment of Cluster Stability" (2007).
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.metrics import adjusted_rand_score

    points, labels = _drawn(points, labels)
    generator = np.random.default_rng(0)
    found = []
    with threads_for(len(points)), warnings.catch_warnings():
        # A sample may have fewer different frames than k: then it finds fewer clusters, and agrees
        # less, which is the answer.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for seed in range(_RESAMPLES):
            rows = _resampled(len(points), k, generator)
            model = KMeans(n_clusters=k, n_init=_STARTS, random_state=seed).fit(points[rows])
            found.append(adjusted_rand_score(labels, model.predict(points)))
    return float(np.mean(found))


def _drawn(points: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(points) > AT_MOST:
        rows = np.random.default_rng(0).choice(len(points), AT_MOST, replace=False)
        points, labels = points[np.sort(rows)], labels[np.sort(rows)]
    return np.asarray(points, np.float64), labels


def _resampled(frames: int, k: int, generator: np.random.Generator) -> np.ndarray:
    """Rows of as many blocks as there are, drawn with replacement; of few frames single ones."""
    length = _BLOCK if frames >= _BLOCK * 2 * k else 1
    starts = np.arange(0, frames, length)
    chosen = generator.choice(starts, len(starts))
    rows = (chosen[:, None] + np.arange(length)).ravel()
    return rows[rows < frames]
