"""A video's frames in time: stretches of one cluster, and where shots begin. Pure; no torch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Mean difference of two pictures of 20 x 12, of 255, from which they are two shots where no
# features are kept; docs/timeline.md says how it was chosen.
OTHER_PICTURE = 32.0


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


def shots_by_difference(differences: np.ndarray) -> np.ndarray:
    """(N - 1,) mean differences of neighbouring pictures of 20 x 12, of 255 -> (N,) bool as above.

    For videos without features: it takes fast movement for a new shot, where features do not.
    """
    return np.concatenate([[True], np.asarray(differences) >= OTHER_PICTURE])
