"""The modes of a cluster's latents: where its frames lie densest, so what it shows most. Pure.

The mean of several scenes lies where no frame does, and decodes to a blend of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

MOST = 3  # modes that are kept
BANDWIDTH = 0.05  # the kernel's variance, in usual squared distances; measured, docs/clusters.md
_APART = 2.0  # in the same unit: ends of shifts nearer to each other than this hang together
_NEIGHBOUR = 4  # at least the fourth neighbour is a usual one: the first are repeats
_TENTH = 10  # or the one that a tenth of the frames are as near as
_PICTURES = ("appearance", "content")  # blocks that say what a frame shows
_FRAMES = 512  # at most so many of a cluster, evenly spaced, stand for all
_LEAST = 0.05  # of the frames: a second mode has as many
_STEPS, _STILL = 100, 1e-3


@dataclass(frozen=True)
class Mode:
    """One mode, and the share of the cluster's frames from which the shift leads to it."""

    share: float
    place: np.ndarray  # (D,) float32, a weighted mean of frames' latents: it can be decoded


def modes(latents: np.ndarray, blocks: Mapping[str, int]) -> list[Mode]:
    """At most three modes of (N, D) latents, that of most frames first; [] for none.

    Mean shift with a Gaussian kernel from every frame (Cheng, "Mean Shift, Mode Seeking, and
    Clustering", 1995) over what frames show: the blocks appearance and content, or the whole latent
    of a model without them. Squared distances of a block count in its own unit, the median squared
    distance of a frame to its fourth neighbour, or to that after a tenth of the frames where those
    are more, so the bandwidth follows how dense the cluster is.
    Ends of shifts that hang together are one mode; its place is the densest of them.
    """
    if len(latents) > _FRAMES:
        latents = latents[np.linspace(0, len(latents) - 1, _FRAMES).round().astype(int)]
    if not len(latents):
        return []
    gram = _gram(np.asarray(latents, np.float64), blocks)  # (N, N): all that distances need
    squares = np.diag(gram)
    weights = np.eye(len(gram))  # (starts, N): each place is a mean of the frames by these
    for _ in range(_STEPS):
        away = _squared(weights, gram, squares)
        kernel = np.exp((away.min(axis=1, keepdims=True) - away) / (2 * BANDWIDTH))
        before, weights = weights, kernel / kernel.sum(axis=1, keepdims=True)
        if np.abs(weights - before).sum(axis=1).max() < _STILL:
            break
    density = np.exp(-_squared(weights, gram, squares) / (2 * BANDWIDTH)).sum(axis=1)  # (starts,)
    lengths = np.einsum("sn,sn->s", weights @ gram, weights)
    apart = lengths[:, None] + lengths - 2 * weights @ gram @ weights.T  # (starts, starts)
    _, group = connected_components(apart < _APART, directed=False)  # (starts,)
    found = []
    for number in range(group.max() + 1):
        own = group == number
        end = np.where(own, density.round(9), -1).argmax()
        place = (weights[end] @ latents).astype(np.float32)
        found.append(Mode(float(own.mean()), place))
    first, *others = sorted(found, key=lambda mode: -mode.share)
    return [first, *(mode for mode in others[: MOST - 1] if mode.share >= _LEAST)]


def _squared(weights: np.ndarray, gram: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """(S, N): the squared distance of each of S weighted means to each frame."""
    to_frames = weights @ gram
    lengths = np.einsum("sn,sn->s", to_frames, weights)
    return np.maximum(lengths[:, None] - 2 * to_frames + squares, 0)


def _gram(latents: np.ndarray, blocks: Mapping[str, int]) -> np.ndarray:
    """(N, N) inner products of what frames show, each block in its own unit."""
    ends = np.cumsum(list(blocks.values()))
    parts = dict(zip(blocks, np.split(latents, ends[:-1], axis=1), strict=True))
    shown = [parts[name] for name in _PICTURES if name in parts] or [latents]
    total = np.zeros((len(latents), len(latents)))
    for part in shown:
        centred = part - part.mean(axis=0)
        inner = centred @ centred.T
        squares = np.diag(inner)
        apart = np.maximum(squares[:, None] + squares - 2 * inner, 0)
        # Frames of a still picture are equal: a distance of nothing is no unit.
        np.fill_diagonal(apart, np.inf)
        place = min(max(_NEIGHBOUR, len(apart) // _TENTH), len(apart) - 1) - 1
        near = np.partition(apart, place, axis=1)[:, place] if len(apart) > 1 else apart[:, 0]
        near = near[np.isfinite(near) & (near > 1e-9 * squares.max())]
        if len(near):
            total += inner / np.median(near)
    return total
