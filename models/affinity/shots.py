"""Where shots begin, by the features of neighbouring frames; no torch, so that a page may ask."""

from __future__ import annotations

import numpy as np

SAME_SHOT = 0.55  # cosine of centred features from which neighbours in time are one shot
_AT_ONCE = 1024  # rows that are compared together


def shot_starts(
    features: np.ndarray, middle: np.ndarray, follows: np.ndarray | None = None
) -> np.ndarray:
    """(N, F) features in order of time, memory-mapped or not -> (N,) bool: a shot begins here.

    `middle` (F,) is the mean of the features of all videos that are looked at together. `follows`
    (N,) bool says which rows come right after the row before in one video, all but the first where
    it is not given. A frame without features (a row of zeros) is of the shot before it.
    """
    starts = np.zeros(len(features), bool) if follows is None else ~follows
    starts[:1] = True
    for start in range(1, len(features), _AT_ONCE):
        rows = np.asarray(features[start - 1 : start + _AT_ONCE], np.float32)  # (B + 1, F)
        known = np.asarray(rows.any(axis=1))
        rows = rows - middle
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        cosines = (rows[1:] * rows[:-1]).sum(axis=1)  # (B,)
        starts[start : start + _AT_ONCE] |= (cosines < SAME_SHOT) & known[1:] & known[:-1]
    return starts
