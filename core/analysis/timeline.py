"""A video's frames in time: stretches of one cluster, and where shots begin. Pure; no torch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Cosine of centred features from which neighbours in time are one shot;
# models.affinity.neighbourhood has the same number, and a test holds the two together.
SAME_SHOT = 0.55
# Mean difference of two pictures of 20 x 12, of 255, from which they are two shots where no
# features are kept; docs/timeline.md says how it was chosen.
OTHER_PICTURE = 32.0
_AT_ONCE = 1024  # rows that are compared together


class Stretch(NamedTuple):
    """Neighbouring frames of one video with one label: places `first` to `last`, both in it."""

    first: int
    last: int
    label: int

    @property
    def frames(self) -> int:
        """How many."""
        return self.last - self.first + 1


def stretches(labels_of_video: np.ndarray) -> list[Stretch]:
    """(N,) labels of one video's frames, in order of time -> its stretches, in order."""
    labels = np.asarray(labels_of_video)
    if not len(labels):
        return []
    firsts = np.flatnonzero(np.concatenate([[True], labels[1:] != labels[:-1]]))
    lasts = np.concatenate([firsts[1:] - 1, [len(labels) - 1]])
    return [
        Stretch(int(first), int(last), int(labels[first]))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def longest_stretch_share(labels_of_video: np.ndarray) -> dict[int, float]:
    """Each label's share of its frames that lie in its longest stretch, above 0 and up to 1.

    1 says that the cluster is nothing but one stretch of time of this video. `labels_of_video`
    is (N,), the labels of one video's frames in order of time.
    """
    longest: dict[int, int] = {}
    whole: dict[int, int] = {}
    for stretch in stretches(labels_of_video):
        whole[stretch.label] = whole.get(stretch.label, 0) + stretch.frames
        longest[stretch.label] = max(longest.get(stretch.label, 0), stretch.frames)
    return {label: longest[label] / count for label, count in whole.items()}


def shots_by_features(features: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """(N, F) picture features of one video in order of time -> (N,) bool: a shot begins here.

    `middle` (F,) is the mean of the features of all videos that are looked at together. A frame
    without features (a row of zeros) is of the shot before it. The same rule as
    models.affinity.neighbourhood.shots, which the content of our own model is made with.
    """
    begins = np.zeros(len(features), bool)
    begins[:1] = True
    for start in range(1, len(features), _AT_ONCE):
        rows = np.asarray(features[start - 1 : start + _AT_ONCE], np.float32)  # (B + 1, F)
        known = np.asarray(rows.any(axis=1))
        rows = rows - middle
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        cosines = (rows[1:] * rows[:-1]).sum(axis=1)  # (B,)
        begins[start : start + _AT_ONCE] = (cosines < SAME_SHOT) & known[1:] & known[:-1]
    return begins


def shots_by_difference(differences: np.ndarray) -> np.ndarray:
    """(N - 1,) mean differences of neighbouring pictures of 20 x 12, of 255 -> (N,) bool as above.

    For videos without features: it takes fast movement for a new shot, where features do not.
    """
    return np.concatenate([[True], np.asarray(differences) >= OTHER_PICTURE])
