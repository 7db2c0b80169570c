"""Which clusters keep their members as k grows: those that the number of clusters did not make."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.analysis.naming import jaccard

SAME_MEMBERS = 0.75  # Jaccard overlap from which it is the same cluster; Hennig (2007), section 3
STEPS = 3  # a cluster that is there for k + 1, k + 2 and k + 3 is robust


def persistence_over_k(labels_of: Mapping[int, np.ndarray]) -> dict[int, tuple[bool, ...]]:
    """For each k whether each of its clusters is there again with k + 1, k + 2 and k + 3.

    `labels_of` holds (N,) labels from 0 of the same frames by k. A cluster is there again where one
    of the other division has a Jaccard overlap |A and B| / |A or B| of at least 0.75 with it. A k
    whose next three divisions are not all given is left out. This is what the reports read from
    the bars of their populations, by members instead of by size. Source of the limit: Hennig,
    "Cluster-wise Assessment of Cluster Stability" (2007).
    """
    found = {}
    for k, labels in labels_of.items():
        later = [labels_of.get(k + step) for step in range(1, STEPS + 1)]
        there = [other for other in later if other is not None]
        if len(there) == STEPS:
            again = [largest_overlap(labels, other) >= SAME_MEMBERS for other in there]
            found[k] = tuple(np.logical_and.reduce(again).tolist())
    return found


def largest_overlap(labels: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(k,) the largest Jaccard overlap of each cluster with one of another division."""
    return jaccard(labels, other).max(axis=1)
