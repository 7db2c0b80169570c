"""Divides some frames of a division anew: K-means within them, the other clusters stay. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis import clustering
from core.analysis.clustering import Division
from core.errors import InvalidSetting

MOST_PARTS = 8  # that are proposed
_COMPARED = 1_000  # frames that the silhouette compares with each other


@dataclass(frozen=True)
class Reclustered:
    """The whole division, and which of its clusters are new, by number from 1."""

    division: Division
    new: tuple[int, ...]  # the largest first


def recluster(
    latents: np.ndarray,
    numbers: np.ndarray,
    rows: np.ndarray,
    parts: int,
    seed: int = 0,
    measured: np.ndarray | None = None,
) -> Reclustered:
    """Divide `rows` of (N, D) latents into `parts` clusters by K-means; all else stays.

    `numbers` (N,) are the clusters as they are shown, from 1, 0 in none. A cluster that keeps some
    of its frames keeps its number; the new ones take the numbers that are free, the largest first.
    `measured` as in core.analysis.clustering. Raises InvalidSetting for parts that cannot be.
    """
    check(parts, len(rows))
    points = np.asarray(latents if measured is None else measured, dtype=np.float64)
    within = clustering.cluster(points[rows], "kmeans", parts, seed).labels
    rest = numbers.copy()
    rest[rows] = 0
    kept = np.unique(rest[rest > 0])
    every = np.arange(1, len(kept) + parts + 1)
    number_of = {n: n for n in kept.tolist() if n <= len(every)}
    free = [n for n in every.tolist() if n not in number_of]
    moved = [n for n in kept.tolist() if n not in number_of]
    number_of |= dict(zip(moved, free, strict=False))
    new = np.array(free[len(moved) :])
    made = np.array([number_of.get(n, 0) for n in range(int(rest.max(initial=0)) + 1)])[rest]
    made[rows] = new[within]
    return Reclustered(clustering.described(latents, points, made - 1), tuple(new.tolist()))


def silhouettes(points: np.ndarray) -> dict[int, float]:
    """The silhouette of K-means in (N, D) points for 2 to 8 parts, as far as there are so many.

    Of more than 1,000 frames 1,000, evenly spaced, stand for all. {} for fewer than 4.
    """
    from sklearn.metrics import silhouette_score

    if len(points) > _COMPARED:
        points = points[np.linspace(0, len(points) - 1, _COMPARED).round().astype(int)]
    found: dict[int, float] = {}
    for parts in range(2, min(MOST_PARTS, len(points) - 2) + 1):
        try:
            labels = clustering.cluster(points, "kmeans", parts).labels
        except InvalidSetting:  # fewer different frames, and so for every larger number
            break
        found[parts] = float(silhouette_score(points, labels))
    return found


def proposed(found: dict[int, float]) -> int:
    """The fewest parts within 0.02 of the best silhouette; 2 where none is known."""
    best = max(found.values(), default=0.0)
    return min((k for k, value in found.items() if value >= best - clustering.AS_GOOD), default=2)


def stretches_of(rows: np.ndarray) -> list[list[int]]:
    """Rows as [first, last] of each stretch of following ones, ascending: short to write down."""
    rows = np.unique(rows)
    parts = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1) if len(rows) else []
    return [[int(part[0]), int(part[-1])] for part in parts]


def rows_of(stretches: Sequence[Sequence[int]]) -> np.ndarray:
    """The rows that `stretches_of` wrote down."""
    return np.concatenate([np.arange(first, last + 1) for first, last in stretches])


def check(parts: int, frames: int) -> None:
    """Raise InvalidSetting unless so many frames can be divided into `parts`."""
    if frames < 3:
        raise InvalidSetting(f"{frames} frames cannot be divided; choose 3 or more.")
    if not 2 <= parts < frames:
        raise InvalidSetting(
            f"{frames} frames cannot be divided into {parts} parts; choose 2 to {frames - 1}."
        )
