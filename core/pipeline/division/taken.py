"""Which rows of a run its clusters and maps are made of: all but what an analyst leaves out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.analysis.clustering import Division
from core.records import Run
from core.storage import Database, left_out, results
from core.storage.left_out import LeftOut

_LIKE = 3  # frames between which one that is left out lies on a map


@dataclass(frozen=True)
class Taken:
    """The rows of a run that are taken, (M,) ascending, of `of`; and what is left out."""

    rows: np.ndarray
    of: int
    gone: LeftOut

    @property
    def every(self) -> bool:
        return len(self.rows) == self.of

    def over(self, values: np.ndarray, fill: float) -> np.ndarray:
        """(M, ...) values of the taken rows as (N, ...) of all, `fill` for the others."""
        whole = np.full((self.of, *values.shape[1:]), fill, values.dtype)
        whole[self.rows] = values
        return whole

    def spread(self, division: Division) -> Division:
        """A division of the taken rows as one of all: the others are in no cluster."""
        if self.every:
            return division
        known = np.isfinite(division.probability).all()
        return replace(
            division,
            labels=self.over(division.labels, -1),
            distance=self.over(division.distance, np.nan),
            probability=self.over(division.probability, 0.0 if known else np.nan),
            membership=self.over(division.membership, 0.0),
            nearest=self.rows[division.nearest].astype(np.int32),
        )

    def placed(self, places: np.ndarray, latents: np.ndarray) -> np.ndarray:
        """(M, 2) places of the taken rows as (N, 2) of all.

        The others had no part in them: each lies amid the three taken frames most like it.
        """
        whole = np.zeros((self.of, 2), places.dtype)
        whole[self.rows] = places
        others = np.setdiff1d(np.arange(self.of), self.rows)
        whole[others] = _amid(latents[self.rows], places, latents[others])
        return whole


def taken(db: Database, run: Run) -> Taken:
    """As the library is now. Raises NotFound for a run without latents."""
    gone = left_out.of_run(db, run)
    if not gone.frames:
        count = len(results.latents(db, run.id, mmap=True))
        return Taken(np.arange(count), count, gone)
    listed = results.frames(db, run.id)
    kept = np.fromiter((frame not in gone.frames for frame in listed), bool, len(listed))
    return Taken(np.flatnonzero(kept), len(listed), gone)


def _amid(latents: np.ndarray, places: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(B, 2) the mean place of the rows nearest to each of (B, D) others."""
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(_LIKE, len(latents))).fit(latents)
    return places[near.kneighbors(others, return_distance=False)].mean(axis=1)
