"""The modes of latents: where frames lie densest, so what a cluster or a place shows most. Pure.

The mean of several scenes lies where no frame does, and decodes to a blend of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

MOST = 3  # modes that are kept
BANDWIDTH = 0.05  # the kernel's variance, in usual squared distances; measured, docs/clusters.md
NEAR = 32  # frames about a place among which its mode is looked for
_OF_A_KIND = 1.0  # and over content alone, where the most usual kind of frame is looked for
_APART = 2.0  # in the same unit: ends of shifts nearer to each other than this hang together
_NEIGHBOUR = 4  # at least the fourth neighbour is a usual one: the first are repeats
_TENTH = 10  # or the one that a tenth of the frames are as near as
_PICTURES = ("appearance", "content")  # blocks that say what a frame shows
_KIND = ("content",)
_FRAMES = 256  # at most so many of a cluster, evenly spaced, stand for all
_LEAST = 0.05  # of the frames: a second mode has as many
_STEPS, _STILL = 100, 1e-3


@dataclass(frozen=True)
class Mode:
    """One mode, and the share of the cluster's frames from which the shift leads to it."""

    share: float
    place: np.ndarray  # (D,) float32, a weighted mean of frames' latents: it can be decoded


def modes(latents: np.ndarray, blocks: Mapping[str, int]) -> list[Mode]:
    """At most three modes of (N, D) latents: of the most usual kind, then by share; [] for none.

    Mean shift with a Gaussian kernel from every frame (Cheng, "Mean Shift, Mode Seeking, and
    Clustering", 1995) over what frames show: the blocks appearance and content, or the whole latent
    of a model without them. Squared distances of a block count in its own unit, the median squared
    distance of a frame to its fourth neighbour, or to that after a tenth of the frames where those
    are more, so the bandwidth follows how dense the cluster is.
    Ends of shifts that hang together are one mode; its place is the densest of them. The first mode
    is where the shift leads from the frame about which content is densest, of frames whose mode is
    at least half as frequent as any: one long shot is denser than many of one kind.
    """
    if len(latents) > _FRAMES:
        latents = latents[np.linspace(0, len(latents) - 1, _FRAMES).round().astype(int)]
    if not len(latents):
        return []
    latents = np.asarray(latents, np.float64)
    gram = _gram(latents, blocks, _PICTURES)  # (N, N): all that distances need
    squares = np.diag(gram)
    weights = np.eye(len(gram))  # (starts, N): each place is a mean of the frames by these
    moving = np.arange(len(gram))
    for _ in range(_STEPS):
        before = weights[moving]
        weights[moving] = _kernel(_squared(before, gram, squares), BANDWIDTH)
        moving = moving[np.abs(weights[moving] - before).sum(axis=1) >= _STILL]
        if not len(moving):
            break
    density = np.exp(-_squared(weights, gram, squares) / (2 * BANDWIDTH)).sum(axis=1)  # (starts,)
    lengths = np.einsum("sn,sn->s", weights @ gram, weights)
    apart = lengths[:, None] + lengths - 2 * weights @ gram @ weights.T  # (starts, starts)
    _, group = connected_components(apart < _APART, directed=False)  # (starts,)
    sizes = np.bincount(group)[group]  # (starts,) of each one's mode
    usual = _of_usual_kind(latents, blocks, 2 * sizes >= sizes.max())
    found = []
    for number in range(group.max() + 1):
        own = group == number
        end = usual if own[usual] else np.where(own, density.round(9), -1).argmax()
        place = (weights[end] @ latents).astype(np.float32)
        found.append((not own[usual], Mode(float(own.mean()), place)))
    first, *others = (mode for _, mode in sorted(found, key=lambda one: (one[0], -one[1].share)))
    return [first, *(mode for mode in others[: MOST - 1] if mode.share >= _LEAST)]


def mode_near(latents: np.ndarray, point: np.ndarray, blocks: Mapping[str, int]) -> np.ndarray:
    """(D,) float32: the mode that a mean shift from a place leads to, over the frames about it.

    `latents` (N, D) are those frames', of which there is one at least. Over what frames show, in
    units as in `modes`: the bandwidth follows how dense the frames are there.
    """
    latents = np.asarray(latents, np.float64)
    scale = _scale(latents, blocks, _PICTURES)
    rows, here = latents * scale, point * scale
    for _ in range(_STEPS):
        apart = np.square(rows - here).sum(axis=1)  # (N,)
        weights = _kernel(apart[None], BANDWIDTH)[0]
        before, here = here, weights @ rows
        if np.square(here - before).sum() < _STILL**2:
            break
    return (weights @ latents).astype(np.float32)


def _of_usual_kind(latents: np.ndarray, blocks: Mapping[str, int], among: np.ndarray) -> int:
    """The row about which content is densest, of those of the mask (N,) `among`."""
    gram = _gram(latents, blocks, _KIND)
    squares = np.diag(gram)
    apart = np.maximum(squares[:, None] + squares - 2 * gram, 0)
    density = np.exp(-apart / (2 * _OF_A_KIND)).sum(axis=1).round(9)
    return int(np.where(among, density, -1).argmax())


def _kernel(squared: np.ndarray, variance: float) -> np.ndarray:
    """(S, N) squared distances to the frames' weights, each row's sum 1."""
    kernel = np.exp((squared.min(axis=1, keepdims=True) - squared) / (2 * variance))
    return kernel / kernel.sum(axis=1, keepdims=True)


def _squared(weights: np.ndarray, gram: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """(S, N): the squared distance of each of S weighted means to each frame."""
    to_frames = weights @ gram
    lengths = np.einsum("sn,sn->s", to_frames, weights)
    return np.maximum(lengths[:, None] - 2 * to_frames + squares, 0)


def _gram(latents: np.ndarray, blocks: Mapping[str, int], names: tuple[str, ...]) -> np.ndarray:
    """(N, N) inner products of the named blocks, each in its own unit."""
    rows = (latents - latents.mean(axis=0)) * _scale(latents, blocks, names)
    return rows @ rows.T


def _scale(latents: np.ndarray, blocks: Mapping[str, int], names: tuple[str, ...]) -> np.ndarray:
    """(D,) what brings the named blocks to their units, all others to 0; all where none is there.

    A block whose frames are all equal has no unit and counts nothing.
    """
    block = np.repeat(list(blocks), list(blocks.values()))  # (D,)
    scale = np.zeros(len(block))
    for name in [name for name in names if name in blocks] or blocks:
        own = block == name
        unit = _unit(latents[:, own])
        scale[own] = 1 / np.sqrt(unit) if unit else 0.0
    return scale


def _unit(part: np.ndarray) -> float:
    """The usual squared distance of (N, C) rows to a neighbour, see `modes`; 0 where all are equal.

    Frames of a still picture are equal: a distance of nothing is no unit.
    """
    centred = part - part.mean(axis=0)
    inner = centred @ centred.T
    squares = np.diag(inner)
    apart = np.maximum(squares[:, None] + squares - 2 * inner, 0)
    np.fill_diagonal(apart, np.inf)
    place = min(max(_NEIGHBOUR, len(apart) // _TENTH), len(apart) - 1) - 1
    near = np.partition(apart, place, axis=1)[:, place] if len(apart) > 1 else apart[:, 0]
    near = near[np.isfinite(near) & (near > 1e-9 * squares.max())]
    return float(np.median(near)) if len(near) else 0.0
