"""How near what rows say is to what is asked for, and the nearest rows as few results. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_FEWEST = 8  # rows of a kind that have a mean worth the name


def cosines(rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """(N,) float32: the cosine of (N, M) rows with a vector (M,); 0 for a row of zeros."""
    length = max(float(np.linalg.norm(vector)), 1e-12)
    lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
    return ((rows @ vector) / (lengths * length)).astype(np.float32)


def standardise_by_language(
    rows: np.ndarray, kinds: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """(N, M) rows with their kinds' means taken away and every direction as wide as the others.

    Gives them and the (M,) spreads to divide other vectors by. `kinds` (N) is each row's language:
    captions of one language crowd together whatever they say. A kind of fewer than 8 rows has no
    mean of its own; the mean of all stands in. docs/search.md has what this changed.
    """
    moved = rows - (rows.mean(axis=0) if len(rows) else 0.0)
    named = np.array(kinds)
    for kind in set(kinds):
        mine = named == kind
        if mine.sum() >= _FEWEST:
            moved[mine] -= moved[mine].mean(axis=0)
    spread = np.maximum(moved.std(axis=0), 1e-6) if len(rows) else np.ones(rows.shape[1])
    return moved / spread, spread


@dataclass
class Result:
    """Frames that follow each other, as one result: `row` stands for them, the best of them."""

    row: int
    first: int
    last: int

    @property
    def frames(self) -> int:
        """How many."""
        return self.last - self.first + 1


def merge_adjacent(
    rows: Sequence[int], follows: np.ndarray, same: Sequence[object]
) -> list[Result]:
    """Different rows, best first, as results, best first: rows that follow each other are one.

    `follows` (N,) bool says which rows come right after the row before in the same video; only
    rows with equal `same` (N) go together, such as the caption.
    """
    rank = {row: place for place, row in enumerate(rows)}
    found: list[Result] = []
    for row in sorted(rank):
        one = found[-1] if found else None
        if one and one.last == row - 1 and follows[row] and same[row - 1] == same[row]:
            one.last, one.row = row, min(one.row, row, key=rank.__getitem__)
        else:
            found.append(Result(row, row, row))
    return sorted(found, key=lambda one: rank[one.row])
