"""HDBSCAN: clusters where frames lie close together, as many as there are. Pure."""

from __future__ import annotations

import numpy as np

from core.analysis import limits
from core.analysis.neighbours import nearest_among
from core.analysis.pca_scores import pca_scores
from core.errors import InvalidSetting

FEWEST = 3  # frames: less is no cluster
_NEIGHBOURS = 5  # that say how dense it is around a point, itself counted
_STANDARD_SHARE = 40  # the standard smallest cluster is a fortieth of the frames


def fit_predict(points: np.ndarray, smallest: int) -> tuple[np.ndarray, np.ndarray]:
    """(N, D) points -> (N,) labels from 0, -1 in no cluster, and (N,) strengths from 0 to 1.

    A cluster has at least `smallest` points. A point's strength is 1 where its cluster is densest
    and 0 in no cluster. Distances are taken in the directions that hold 90 % of the variance: in
    all of some hundred every point is about as far from every other. Source: Campello, Moulavi and
    Sander, "Density-Based Clustering Based on Hierarchical Density Estimates" (2013).

    Of more than 50,000 points so many are divided, with clusters as much smaller and as many fewer
    neighbours, so that both mean about the same; every other one has label and strength of the
    nearest of them.

    Raises InvalidSetting where no two clusters are that large.
    """
    from sklearn.cluster import HDBSCAN

    scores = pca_scores(points)
    drawn = limits.drawn(len(points))
    part = len(drawn) / len(points)
    fewest = max(FEWEST, round(smallest * part))
    near = min(max(2, round(_NEIGHBOURS * part)), fewest)
    model = HDBSCAN(min_cluster_size=fewest, min_samples=near, copy=True)
    model.fit(scores[drawn])
    if model.labels_.max() < 1:
        raise InvalidSetting(
            f"HDBSCAN finds no two clusters of at least {smallest} frames here; choose a smaller "
            "size, or K-means."
        )
    if limits.exact(len(points)):
        return model.labels_, model.probabilities_
    nearest = nearest_among(scores[drawn], scores, 1)[0][:, 0]
    return model.labels_[nearest], model.probabilities_[nearest]


def check_min_cluster_size(smallest: int, frames: int) -> None:
    """Raise InvalidSetting unless two clusters of `smallest` frames fit into `frames`."""
    if frames < 2 * FEWEST:
        raise InvalidSetting(
            f"This run has {frames} frames; HDBSCAN needs at least {2 * FEWEST}. Choose K-means."
        )
    if not FEWEST <= smallest <= frames // 2:
        raise InvalidSetting(
            f"The smallest cluster can have {FEWEST} to {frames // 2} of this run's {frames} "
            f"frames; {smallest} was given."
        )


def default_min_cluster_size(frames: int) -> int:
    """What the pages begin with: 12 frames of 487, at least 5 where there are enough."""
    return min(max(5, round(frames / _STANDARD_SHARE)), max(FEWEST, frames // 4))


def offered_min_cluster_sizes(frames: int) -> range:
    """The sizes that the pages offer for a run of `frames` frames; empty for very few frames."""
    if frames < 12:
        return range(0)
    return range(FEWEST, max(default_min_cluster_size(frames), frames // 8) + 1)
