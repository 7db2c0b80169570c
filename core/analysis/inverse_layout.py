"""What lies between the points of a map: a place becomes a weighted mean of frames' latents. Pure.

A layout such as t-SNE has no inverse, so the latent of a place is interpolated from the frames that
lie nearest to it on the map. How far that latent is from any real frame is part of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEAREST = 8  # frames that a place is made of
_SAMPLED = 2000  # rows that the usual distance is taken from


@dataclass(frozen=True)
class Mix:
    """A weighted mean of rows: `rows` (K,) int64, `shares` (K,) float64 that sum to 1."""

    rows: np.ndarray
    shares: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """The mean of (N, ...) values, which may be memory-mapped: (...) float32."""
        chosen = np.asarray(values[self.rows], dtype=np.float64)  # (K, ...)
        return np.tensordot(self.shares, chosen, axes=1).astype(np.float32)


def frame(row: int) -> Mix:
    """One frame alone."""
    return Mix(np.array([row]), np.ones(1))


def place(layout: np.ndarray, x: float, y: float, count: int = NEAREST) -> Mix:
    """What a place of an (N, 2) layout is made of: its `count` nearest frames, by distance.

    The share of a frame at distance d is ((R - d) / (R d))^2, R being the distance of the next
    frame farther away: at a frame's own place it is that frame alone, and a frame's share falls to
    0 before it leaves the nearest, so the mean changes without a jump as the place moves. Source:
    Shepard, "A two-dimensional interpolation function for irregularly-spaced data" (1968), with the
    local weights of Franke and Nielson (1980), equation 2.4.
    """
    squared = np.square(layout.astype(np.float64) - (x, y)).sum(axis=1)  # (N,)
    count = min(count, len(layout))
    nearer = np.arange(len(layout))
    if count + 1 < len(layout):
        nearer = np.argpartition(squared, count)[: count + 1]
    nearer = nearer[np.lexsort((nearer, squared[nearer]))]
    rows, apart = nearer[:count], np.sqrt(squared[nearer])
    reach = apart[count] if len(nearer) > count else 2 * apart[-1]
    return Mix(rows, _shares(apart[:count], float(reach)))


def walk(start: Mix, end: Mix, steps: int) -> list[Mix]:
    """`steps` places on the straight line between two, in the latent space, both ends with it."""
    rows = np.concatenate([start.rows, end.rows])
    return [
        Mix(rows, np.concatenate([(1 - way) * start.shares, way * end.shares]))
        for way in np.linspace(0.0, 1.0, steps)
    ]


def usual_distance(latents: np.ndarray, neighbours: np.ndarray) -> float:
    """The median L2 distance from a frame to its nearest neighbour, from at most 2,000 frames.

    `neighbours` (N, K) are rows of the (N, D) latents, nearest first. Frames that another equals
    count only where all do, so that a still scene is no unit; 0.0 where all frames are equal.
    """
    if not neighbours.shape[1]:
        return 0.0
    rows = np.unique(np.linspace(0, len(latents) - 1, _SAMPLED).astype(int))
    apart = np.linalg.norm(latents[rows] - latents[neighbours[rows, 0]], axis=1)
    moved = apart[apart > 0]
    return float(np.median(moved)) if len(moved) else 0.0


def nearest_frames(
    latents: np.ndarray, squares: np.ndarray, point: np.ndarray, count: int = 1
) -> tuple[np.ndarray, float]:
    """The rows of (N, D) latents nearest to a (D,) point by L2, and how far the first of them is.

    At most `count`, nearest first. `squares` (N,) are the latents' squared lengths: with them one
    product decides it.
    """
    apart = squares - 2.0 * (latents @ point)  # (N,), but for a constant
    rows = np.argpartition(apart, count)[:count] if count < len(apart) else np.arange(len(apart))
    rows = rows[np.argsort(apart[rows], kind="stable")]
    return rows, float(np.linalg.norm(latents[rows[0]] - point))


def _shares(apart: np.ndarray, reach: float) -> np.ndarray:
    """(K,) distances, nearest first, to (K,) shares that sum to 1."""
    if apart[0] <= 1e-9 * max(reach, 1e-30):  # on a frame, or on several at one place
        weights = (apart <= apart[0]).astype(np.float64)
    else:
        weights = np.square(np.maximum(reach - apart, 0.0) / (reach * apart))
        if not weights.sum():  # all as far as the next one
            weights = np.ones(len(apart))
    return weights / weights.sum()
