"""Which pictures several videos have, by an index of perceptual hashes, not by all pairs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.comparison.same_pictures import Prints, centred

_BITS = 7  # of 63 that may differ: then one of four bands differs in at most one
_BANDS, _WIDTH = 4, 16
_ALIKE = 0.95  # correlation of thumbnails
_AT_ONCE = 2048


@dataclass(frozen=True)
class Shared:
    """Stretches of frames with one picture that another video has too; (M,) each."""

    video: np.ndarray  # place of the video
    first: np.ndarray  # its first frame with this picture
    last: np.ndarray
    other: np.ndarray  # place of the other video
    other_first: np.ndarray


def shared_pictures(every: Sequence[Prints]) -> Shared:
    """All that any two of these videos share, each pair both ways; plain pictures are none's.

    Frames that follow each other with the same hash are one. Two pictures are the same when their
    hashes differ in up to 7 bits of 63 and their thumbnails correlate by 0.95.
    """
    units = np.concatenate([_units(place, one) for place, one in enumerate(every)])
    if not len(units):
        return Shared(*(np.zeros(0, np.int64) for _ in range(5)))
    video, first, last = units.T
    hashes = np.array([every[v].hashes[i] for v, i in zip(video, first, strict=True)], np.uint64)
    a, b = _candidates(hashes, video)
    shown = np.stack([every[v].thumbnails[i] for v, i in zip(video, first, strict=True)])
    thumbnails = centred(shown)
    same = np.zeros(len(a), bool)
    for start in range(0, len(a), _AT_ONCE):
        at = slice(start, start + _AT_ONCE)
        same[at] = np.einsum("np,np->n", thumbnails[a[at]], thumbnails[b[at]]) >= _ALIKE
    a, b = a[same], b[same]
    own, other = np.concatenate([a, b]), np.concatenate([b, a])
    return Shared(video[own], first[own], last[own], video[other], first[other])


def _units(place: int, one: Prints) -> np.ndarray:
    """(U, 3): the video's place, and the first and last frame of each stretch with one hash."""
    if not len(one.hashes):
        return np.zeros((0, 3), np.int64)
    begins = np.append(True, one.hashes[1:] != one.hashes[:-1])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(begins)) - 1
    kept = ~one.plain[first]
    return np.stack([np.full(len(first), place), first, last], axis=1)[kept]


def _candidates(hashes: np.ndarray, video: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of units of different videos, the first lower, whose hashes are near."""
    found = [np.zeros((0, 2), np.int64)]
    for band in range(_BANDS):
        keys = ((hashes >> np.uint64(band * _WIDTH)) & np.uint64(0xFFFF)).astype(np.int64)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        flips = np.append(0, 1 << np.arange(_WIDTH))
        for start in range(0, len(keys), _AT_ONCE):
            rows = np.arange(start, min(start + _AT_ONCE, len(keys)))
            probes = keys[rows, None] ^ flips  # (B, 17)
            low = np.searchsorted(ordered, probes).ravel()
            count = np.searchsorted(ordered, probes, side="right").ravel() - low
            a = np.repeat(np.repeat(rows, len(flips)), count)
            within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
            b = order[np.repeat(low, count) + within]
            near = (a < b) & (video[a] != video[b])
            a, b = a[near], b[near]
            near = np.bitwise_count(hashes[a] ^ hashes[b]) <= _BITS
            found.append(np.stack([a[near], b[near]], axis=1))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[:, 0], pairs[:, 1]
