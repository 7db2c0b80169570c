"""Which frames of two videos show the same picture: perceptual hash, then correlation. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy import sparse

HASH_BITS = 12  # of 63 that may differ; the correlation decides
ALIKE = 0.9  # correlation of thumbnails; unrelated news frames reached 0.61
_PLAIN = 6.0  # grey levels of 255: a picture that varies less is a fade or a plain card
_GAP = 2  # frames: stretches this close are one
_ROWS_AT_ONCE, _COLUMNS_AT_ONCE = 128, 4096  # what a core keeps at hand


@dataclass(frozen=True)
class Prints:
    """What N frames of one video are recognised by."""

    hashes: np.ndarray  # (N,) uint64
    thumbnails: np.ndarray  # (N, P) uint8
    plain: np.ndarray  # (N,) bool, pictures with nothing on them to recognise

    def of(self, rows: slice | np.ndarray) -> Prints:
        """Those of some frames."""
        return Prints(self.hashes[rows], self.thumbnails[rows], self.plain[rows])


@dataclass(frozen=True)
class Matches:
    """Frames of one video with the runs of another's frames that look like them; (M,) each.

    Runs, not pairs: a still studio in both videos makes millions of pairs, and one run a frame.
    """

    row: np.ndarray  # the first video's frame, rising
    start: np.ndarray  # the second video's first frame like it, rising within a row
    end: np.ndarray  # and the last
    pairs: np.ndarray  # frames in between that are like it
    best: np.ndarray  # the most similar of them
    correlation: np.ndarray  # with that one


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
    flat = thumbnails.reshape(len(thumbnails), -1)  # (N, P)
    plain = flat.astype(np.float32).std(axis=1) < _PLAIN
    hashes = np.array([_hash(picture) for picture in thumbnails], dtype=np.uint64)
    return Prints(hashes, flat, plain)


def joined(several: Sequence[Prints]) -> Prints:
    """Those of all frames of several videos, in order."""
    return Prints(
        np.concatenate([one.hashes for one in several]),
        np.concatenate([one.thumbnails for one in several]),
        np.concatenate([one.plain for one in several]),
    )


def same_pictures(first: Prints, second: Prints, place: np.ndarray | None = None) -> Matches:
    """The frames of two videos whose pictures are nearly the same.

    Plain pictures are left out: a black frame is like every other. `place` (N,) rising, are numbers
    of the second's frames where they are not 0, 1, 2...: of several videos with gaps in between.
    """
    if place is None:
        place = np.arange(len(second.hashes))
    blocks = []
    for start in range(0, len(first.hashes), _ROWS_AT_ONCE):
        rows = first.of(slice(start, start + _ROWS_AT_ONCE))
        i, j, found = (np.concatenate(parts) for parts in zip(*_alike(rows, second), strict=True))
        order = np.lexsort((j, i))
        blocks.append(_runs(i[order] + start, place[j[order]], found[order]))
    return Matches(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))


def stretches(matches: Matches) -> list[Stretch]:
    """Merge what is within two frames of each other in both videos; longest first.

    Footage that runs in both gives pairs along a line, a still picture a block of pairs: both are
    one stretch.
    """
    if not len(matches.row):
        return []
    number = _components(matches)
    found = []
    for rows in np.split(np.argsort(number, kind="stable"), np.cumsum(np.bincount(number))[:-1]):
        best = rows[matches.correlation[rows].argmax()]
        found.append(
            Stretch(
                first=(int(matches.row[rows].min()), int(matches.row[rows].max())),
                second=(int(matches.start[rows].min()), int(matches.end[rows].max())),
                pairs=int(matches.pairs[rows].sum()),
                best=(int(matches.row[best]), int(matches.best[best])),
                correlation=float(min(1.0, matches.correlation[best])),
            )
        )
    return sorted(found, key=lambda one: (-_length(one), one.first))


def _length(stretch: Stretch) -> int:
    """Frames of the shorter side."""
    return min(last - first for first, last in (stretch.first, stretch.second))


def _alike(first: Prints, second: Prints) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Rows, columns and correlations of the pairs that are alike, some columns at a time.

    Every two hashes are compared: of the 63 bits so many may differ that an index of them would
    find nearly all, and a core compares a thousand million pairs in two seconds.
    """
    yield np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
    for start in range(0, len(second.hashes), _COLUMNS_AT_ONCE):
        columns = second.of(slice(start, start + _COLUMNS_AT_ONCE))
        apart = np.bitwise_count(first.hashes[:, None] ^ columns.hashes[None])  # (B, C)
        close = apart <= HASH_BITS
        if not close.any():
            continue
        close &= ~first.plain[:, None] & ~columns.plain[None]
        i, j = np.nonzero(close)
        found = _correlations(first.thumbnails, columns.thumbnails, i, j)
        kept = found >= ALIKE
        yield i[kept], j[kept] + start, found[kept]


def _runs(i: np.ndarray, j: np.ndarray, alike: np.ndarray) -> tuple[np.ndarray, ...]:
    """Pairs, ordered by `i` and then `j`, as the columns of Matches."""
    if not len(i):
        return (*(np.zeros(0, np.int64) for _ in range(5)), np.zeros(0, np.float32))
    begins = np.ones(len(i), bool)
    begins[1:] = (np.diff(i) > 0) | (np.diff(j) > _GAP)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(i))  # one behind the last
    most = np.maximum.reduceat(alike, starts)
    run = np.cumsum(begins) - 1
    at_best = np.flatnonzero(alike == most[run])
    best = at_best[np.unique(run[at_best], return_index=True)[1]]
    return i[starts], j[starts], j[ends - 1], ends - starts, j[best], most


def _components(matches: Matches) -> np.ndarray:
    """(M,) the number of the stretch that each run of matches belongs to, from 0."""
    width = int(matches.end.max()) + 2 * _GAP + 2  # so that no column reaches another row's
    starts = matches.row * width + matches.start + _GAP  # rising: runs are in order
    ends = matches.row * width + matches.end + _GAP
    left, right = [], []
    for later in range(1, _GAP + 1):
        # The runs of the later row that end behind this one's start and start before its end.
        low = np.searchsorted(ends, starts + later * width - _GAP)
        high = np.searchsorted(starts, ends + later * width + _GAP, side="right")
        count = np.maximum(0, high - low)
        left.append(np.repeat(np.arange(len(starts)), count))
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        right.append(np.repeat(low, count) + within)
    edges = (np.concatenate(left), np.concatenate(right))
    graph = sparse.coo_array((np.ones(len(edges[0]), bool), edges), shape=(len(starts),) * 2)
    return sparse.csgraph.connected_components(graph, directed=False)[1]


def _correlations(
    first: np.ndarray, second: np.ndarray, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    """(M,) of rows i of (B, P) with rows j of (C, P); as a product of those rows that occur.

    A still studio in both videos makes every pair of rows a candidate: copies of them all would not
    fit into memory.
    """
    own, at_own = np.unique(i, return_inverse=True)
    others, at_others = np.unique(j, return_inverse=True)
    return (centred(first[own]) @ centred(second[others]).T)[at_own, at_others]


def centred(thumbnails: np.ndarray) -> np.ndarray:
    """(N, P) uint8 -> (N, P) float32 around their means, of length 1."""
    found = thumbnails.astype(np.float32)
    found -= found.mean(axis=1, keepdims=True)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)


def _hash(picture: np.ndarray) -> int:
    small = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:8, :8].ravel()[1:]  # (63,), without the mean
    bits = low > np.median(low)
    return int(sum(1 << place for place in np.flatnonzero(bits).tolist()))
