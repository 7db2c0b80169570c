"""Nearest rows of latents: by comparing all, of many frames by an index that finds nearly all."""

from __future__ import annotations

import numpy as np

from core.analysis import limits
from core.analysis.threads import threads_for

_LOOKED_AT = 24  # neighbours that the index keeps of each row: more find more of the true ones


def neighbours(latents: np.ndarray, count: int = 8) -> np.ndarray:
    """(N, min(count, N - 1)) int32: each row's nearest rows by L2, nearest first.

    Of more than 50,000 rows nearly all of them are found, those missed by others about as near;
    docs/scale.md has how many.
    """
    count = min(count, len(latents) - 1)
    if not count:
        return np.empty((len(latents), 0), np.int32)
    return (by_comparing if limits.exact(len(latents)) else by_index)(latents, count)


def by_comparing(latents: np.ndarray, count: int) -> np.ndarray:
    """(N, count) int32, exactly: N squared distances."""
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(latents)
    return model.kneighbors(return_distance=False).astype(np.int32)


def by_index(latents: np.ndarray, count: int) -> np.ndarray:
    """(N, count) int32, nearly: neighbours of neighbours until few change.

    Source: Dong, Moses and Li, "Efficient K-Nearest Neighbor Graph Construction for Generic
    Similarity Measures" (2011), with the starts of pynndescent.
    """
    from pynndescent import NNDescent

    index = NNDescent(latents, n_neighbors=max(_LOOKED_AT, count + 1), random_state=0)
    found = index.neighbor_graph[0]  # (N, K), nearest first, the row itself with them
    others = found != np.arange(len(found))[:, None]
    others[others.all(axis=1), -1] = False  # among many equal rows it may be missing
    return found[others].reshape(len(found), -1)[:, :count].astype(np.int32)


def nearest_among(
    some: np.ndarray, points: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """(N, D) points -> (N, count) rows of (M, D) `some`, nearest first by L2, and how far."""
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(some)
    with threads_for(len(points)):
        parts = [model.kneighbors(points[part]) for part in limits.slices(len(points))]
    return (
        np.concatenate([rows for _, rows in parts]),
        np.concatenate([apart for apart, _ in parts]).astype(np.float32),
    )


def nearest_rows(latents: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(P,) int64: the row of (N, D) latents that is nearest, by L2, to each of (P, D) points."""
    squares = np.square(latents).sum(axis=1)
    return (squares - 2.0 * points @ latents.T).argmin(axis=1)
