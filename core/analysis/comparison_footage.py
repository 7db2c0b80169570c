"""Which frames of two videos show the same picture: perceptual hash, then correlation. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import sparse

HASH_BITS = 12  # of 63 that may differ; the correlation decides
ALIKE = 0.9  # correlation of thumbnails; unrelated news frames reached 0.61
PAIRS_AT_MOST = 200_000  # of two videos: a still studio in both gives every pair of its frames
_PLAIN = 6.0  # grey levels of 255: a picture that varies less is a fade or a plain card
_GAP = 2  # frames: stretches this close are one
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Prints:
    """What N frames of one video are recognised by."""

    hashes: np.ndarray  # (N,) uint64
    thumbnails: np.ndarray  # (N, P) float32, centred, of length 1
    plain: np.ndarray  # (N,) bool, pictures with nothing on them to recognise


@dataclass(frozen=True)
class Stretch:
    """Frames of two videos that look the same; indices of frames, both ends included."""

    first: tuple[int, int]
    second: tuple[int, int]
    pairs: int
    best: tuple[int, int]  # the most similar pair
    correlation: float  # of that pair


def prints(thumbnails: np.ndarray) -> Prints:
    """Recognition marks of (N, h, w) uint8 grey thumbnails.

    The hash holds the signs of the 63 lowest cosine coefficients about their median. Source:
    Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), 3.2.1.
    """
    flat = thumbnails.reshape(len(thumbnails), -1).astype(np.float32)  # (N, P)
    centred = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    plain = centred.std(axis=1) < _PLAIN
    hashes = np.array([_hash(picture) for picture in thumbnails], dtype=np.uint64)
    return Prints(hashes, centred / np.maximum(length, 1e-6), plain)


def same_pictures(first: Prints, second: Prints) -> tuple[np.ndarray, np.ndarray]:
    """((M, 2) pairs of rows, (M,) their correlations), the pictures of which are nearly the same.

    Plain pictures are left out: a black frame is like every other. At most 200,000 pairs, the
    most similar ones.
    """
    pairs, alike = [], []
    for start in range(0, len(first.hashes), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        apart = np.bitwise_count(first.hashes[rows, None] ^ second.hashes[None])  # (B, N)
        close = apart <= HASH_BITS
        close &= ~first.plain[rows, None] & ~second.plain[None]
        i, j = np.nonzero(close)
        found = _correlations(first.thumbnails[rows], second.thumbnails, i, j)
        kept = found >= ALIKE
        pairs.append(np.stack([i[kept] + start, j[kept]], axis=1))
        alike.append(found[kept])
    every, measured = np.concatenate(pairs), np.concatenate(alike)
    if len(every) > PAIRS_AT_MOST:
        kept = np.sort(np.argpartition(-measured, PAIRS_AT_MOST)[:PAIRS_AT_MOST])
        every, measured = every[kept], measured[kept]
    return every, measured


def stretches(pairs: np.ndarray, correlations: np.ndarray) -> list[Stretch]:
    """Merge (M, 2) pairs that are within two frames of each other in both videos; longest first.

    Footage that runs in both gives pairs along a line, a still picture a block of pairs: both are
    one stretch.
    """
    if not len(pairs):
        return []
    number = _components(pairs)
    found = []
    for component in range(number.max() + 1):
        rows = np.flatnonzero(number == component)
        best = rows[correlations[rows].argmax()]
        low, high = pairs[rows].min(axis=0), pairs[rows].max(axis=0)
        found.append(
            Stretch(
                first=(int(low[0]), int(high[0])),
                second=(int(low[1]), int(high[1])),
                pairs=len(rows),
                best=(int(pairs[best, 0]), int(pairs[best, 1])),
                correlation=float(min(1.0, correlations[best])),
            )
        )
    return sorted(found, key=lambda one: (-_length(one), one.first))


def _length(stretch: Stretch) -> int:
    """Frames of the shorter side."""
    return min(last - first for first, last in (stretch.first, stretch.second))


def _components(pairs: np.ndarray) -> np.ndarray:
    """(M,) the number of the stretch that each pair belongs to, from 0."""
    width = int(pairs[:, 1].max()) + 2 * _GAP + 1
    keys = pairs[:, 0].astype(np.int64) * width + pairs[:, 1]
    order = np.argsort(keys)
    ordered = keys[order]
    left, right = [], []
    steps = [
        (di, dj) for di in range(_GAP + 1) for dj in range(-_GAP, _GAP + 1) if (di, dj) > (0, 0)
    ]
    for di, dj in steps:
        at = np.searchsorted(ordered, ordered + di * width + dj)
        at[at == len(ordered)] = 0
        hit = ordered[at] == ordered + di * width + dj
        left.append(order[hit])
        right.append(order[at[hit]])
    edges = (np.concatenate(left), np.concatenate(right))
    graph = sparse.coo_array((np.ones(len(edges[0]), bool), edges), shape=(len(pairs),) * 2)
    return sparse.csgraph.connected_components(graph, directed=False)[1]


def _correlations(
    first: np.ndarray, second: np.ndarray, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    """(M,) of rows i of (B, P) with rows j of (N, P); as a product of those rows that occur.

    A still studio in both videos makes every pair of rows a candidate: copies of them all would not
    fit into memory.
    """
    own, at_own = np.unique(i, return_inverse=True)
    others, at_others = np.unique(j, return_inverse=True)
    return (first[own] @ second[others].T)[at_own, at_others]


def _hash(picture: np.ndarray) -> int:
    small = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:8, :8].ravel()[1:]  # (63,), without the mean
    bits = low > np.median(low)
    return int(sum(1 << place for place in np.flatnonzero(bits).tolist()))
