"""Clusters as an analyst wants them: frames moved to another one, or nearest to examples. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import InvalidSetting

NONE, NEW = -1, 0  # in place of a cluster's number: in no cluster, in a cluster of their own
AS_NEAR = 1.0  # of the distance to the mean of all frames


def moved(numbers: np.ndarray, rows: np.ndarray, to: int) -> tuple[np.ndarray, int]:
    """(N,) cluster numbers from 1 (0 in none) with `rows` in cluster `to`, and its number then.

    A cluster that lost its last frame is no more: the last number takes its place. Raises
    InvalidSetting for no frame, and for a cluster that there is not.
    """
    last = int(numbers.max(initial=0))
    if not len(rows):
        raise InvalidSetting("No frame is chosen; choose some on the map first.")
    if not (to in (NONE, NEW) or 1 <= to <= last):
        raise InvalidSetting(f"There is no cluster {to} here; choose 1 to {last}.")
    made = numbers.copy()
    target = last + 1 if to == NEW else max(to, 0)
    made[rows] = target
    for gone in sorted(set(range(1, last + 1)) - set(made.tolist()), reverse=True):
        highest = int(made.max())
        if gone < highest:
            made[made == highest] = gone
            target = gone if target == highest else target
    return made, target


def nearest_numbers(points: np.ndarray, numbers: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(M,) for each of the (N,) bool `rows` of (N, D) points the cluster with the nearest mean.

    `numbers` (N,) are from 1, 0 in none; those of `rows` count for nothing.
    """
    known = np.unique(numbers[(numbers > 0) & ~rows])
    means = np.stack([points[(numbers == one) & ~rows].mean(axis=0) for one in known])  # (k, D)
    apart = np.linalg.norm(points[rows][:, None] - means[None], axis=2)  # (M, k)
    nearest: np.ndarray = known[apart.argmin(axis=1)]
    return nearest


def nearest_examples(
    points: np.ndarray, examples: Sequence[np.ndarray], ratio: float = AS_NEAR
) -> tuple[np.ndarray, np.ndarray]:
    """(N, D) points by the nearest mean of some `examples`, rows each: labels from 0, and ratios.

    A ratio is the distance to that mean over the distance to the mean of all points. A point with
    one over `ratio` is in no cluster, -1; examples are always in their own. Raises InvalidSetting
    for a cluster without examples, and for one frame that is an example of two.
    """
    if not examples or not all(len(rows) for rows in examples):
        raise InvalidSetting("Every cluster needs at least one example; choose frames or words.")
    every = np.concatenate(examples)
    if len(np.unique(every)) < len(every):
        raise InvalidSetting("A frame is an example of two clusters; take it out of one.")
    points = np.asarray(points, np.float64)
    means = np.stack([points[rows].mean(axis=0) for rows in examples])  # (k, D)
    apart = np.stack([np.linalg.norm(points - mean, axis=1) for mean in means], axis=1)
    usual = np.linalg.norm(points - points.mean(axis=0), axis=1)
    labels = apart.argmin(axis=1)
    ratios = apart.min(axis=1) / np.maximum(usual, 1e-12)
    labels = np.where(ratios <= ratio, labels, -1)
    for number, rows in enumerate(examples):
        labels[rows] = number
    return labels.astype(np.int32), ratios
