"""How far a map keeps the neighbourhoods of the latent space: for the whole, and for each frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis import limits

NEIGHBOURS = 15
_RANKED = 1_000  # frames whose neighbours' ranks are counted: they take the time
_MEASURED = 10_000  # frames of which each is measured; of more an even choice is
_MEASURED_OF_MANY, _RANKED_OF_MANY = 1_000, 200  # the same of more than 50,000 frames
_AT_ONCE = 256  # frames of one step


@dataclass(frozen=True)
class MapQuality:
    """All shares are from 0 to 1, 1 where nothing is lost.

    `trustworthiness` falls where frames lie together that are not alike, `continuity` where alike
    ones are torn apart (Venna and Kaski 2001). `kept` is the mean of `of_frame`, (N,) float32: how
    many of a frame's `neighbours` nearest in the latent space are among as many nearest on the map,
    NaN for a frame that was not measured.
    """

    neighbours: int
    trustworthiness: float
    continuity: float
    kept: float
    of_frame: np.ndarray


def map_quality(latents: np.ndarray, places: np.ndarray) -> MapQuality | None:
    """Of (N, D) latents laid out at (N, 2) places; None of fewer than 4, which have no such ranks.

    Neighbours are 15, or as many as half of the other frames; ranks are counted for 1,000 frames,
    for 200 of more than 50,000.
    """
    frames = len(latents)
    k = min(NEIGHBOURS, (frames - 1) // 2)
    if k < 1 or frames < 4:
        return None
    spaces = _centred(latents), _centred(places)
    of_frame = np.full(frames, np.nan, np.float32)
    measured = _evenly(frames, frames if frames <= _MEASURED else _MEASURED // 2)
    ranked = _evenly(frames, _RANKED)
    at_once = _AT_ONCE
    if not limits.exact(frames):
        measured = _evenly(frames, _MEASURED_OF_MANY)
        ranked = _evenly(frames, _RANKED_OF_MANY)
        at_once = max(1, _AT_ONCE * limits.EXACT_UP_TO // frames)
    for start in range(0, len(measured), at_once):
        rows = measured[start : start + at_once]
        of_frame[rows] = _kept(rows, spaces, k)
    lost = np.zeros(2)
    for start in range(0, len(ranked), at_once):
        lost += _lost(ranked[start : start + at_once], spaces, k)
    worst = len(ranked) * k * (2 * frames - 3 * k - 1) / 2
    trustworthiness, continuity = 1 - lost / worst
    kept = float(of_frame[measured].mean())
    return MapQuality(k, float(trustworthiness), float(continuity), kept, of_frame)


def _evenly(frames: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, frames - 1, min(frames, most)).round().astype(int))


def _centred(points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, dtype=np.float32)
    return points - points.mean(0)


def _apart(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """(B, N) squared distances from some rows to all; a row is farther from itself than any."""
    squares = np.einsum("nd,nd->n", points, points)
    apart = squares[rows, None] + squares - 2 * (points[rows] @ points.T)
    apart[np.arange(len(rows)), rows] = np.inf
    return apart


def _nearest(apart: np.ndarray, k: int) -> np.ndarray:
    return np.argpartition(apart, k - 1, axis=1)[:, :k]  # (B, k), in no order


def _kept(rows: np.ndarray, spaces: tuple[np.ndarray, np.ndarray], k: int) -> np.ndarray:
    """(B,) the share of each row's neighbours that both spaces have."""
    mine, theirs = (_nearest(_apart(points, rows), k) for points in spaces)
    return (mine[:, :, None] == theirs[:, None, :]).any(2).mean(1)


def _lost(rows: np.ndarray, spaces: tuple[np.ndarray, np.ndarray], k: int) -> np.ndarray:
    """(2,) by how many ranks neighbours on the map miss being such in the latents, and back."""
    apart = [_apart(points, rows) for points in spaces]
    near = [_nearest(one, k) for one in apart]
    return np.array([_ranks_beyond(apart[i], near[1 - i], k) for i in (0, 1)])


def _ranks_beyond(apart: np.ndarray, near: np.ndarray, k: int) -> float:
    ordered = np.sort(apart, axis=1)
    wanted = np.take_along_axis(apart, near, axis=1)  # (B, k)
    ranks = np.array(
        [np.searchsorted(one, them) + 1 for one, them in zip(ordered, wanted, strict=True)]
    )
    return float(np.maximum(ranks - k, 0).sum())
