"""How near rows of a latent space are to a point of it, and the nearest as few results. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import InvalidSetting

_AT_ONCE = 1024  # rows that are compared together
_FEWEST = 8  # rows of a kind that have a mean worth the name


def distances(
    latents: np.ndarray, point: np.ndarray, blocks: Mapping[str, int], weights: Mapping[str, float]
) -> np.ndarray:
    """(N,) float32: the weighted distances of (N, D) latents from a point (D,).

    As core.analysis.weighting: a weight multiplies a block's squared distances, 1 where none is
    given. `latents` may be memory-mapped. Raises InvalidSetting where the blocks are not those of
    the latents.
    """
    sizes = list(blocks.values())
    if sum(sizes) != latents.shape[1] or point.shape != (latents.shape[1],):
        raise InvalidSetting(
            f"The latents have {latents.shape[1]} numbers and their blocks {sum(sizes)}; "
            "train the run again."
        )
    factors = np.repeat([weights.get(name, 1.0) for name in blocks], sizes).astype(np.float32)
    squared = np.empty(len(latents), np.float32)
    for start in range(0, len(latents), _AT_ONCE):
        away = latents[start : start + _AT_ONCE] - point  # (B, D)
        squared[start : start + _AT_ONCE] = np.square(away) @ factors
    return np.sqrt(squared)


def cosines(rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """(N,) float32: the cosine of (N, M) rows with a vector (M,); 0 for a row of zeros."""
    length = max(float(np.linalg.norm(vector)), 1e-12)
    lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
    return ((rows @ vector) / (lengths * length)).astype(np.float32)


def evened(rows: np.ndarray, kinds: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
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


def together(rows: Sequence[int], follows: np.ndarray, same: Sequence[object]) -> list[Result]:
    """Rows, best first, as results, best first: a row beside a result's frames goes into it.

    `follows` (N,) bool says which rows come right after the row before in the same video; only
    rows with equal `same` (N) go together, such as the caption.
    """
    found: list[Result] = []
    of_edge: dict[int, Result] = {}  # the outer rows of each result
    for row in rows:
        before = of_edge.get(row - 1) if row and follows[row] else None
        after = of_edge.get(row + 1) if row + 1 < len(follows) and follows[row + 1] else None
        mine = next((one for one in (before, after) if one and same[one.row] == same[row]), None)
        if mine is None:
            mine = Result(row, row, row)
            found.append(mine)
        mine.first, mine.last = min(mine.first, row), max(mine.last, row)
        of_edge[row] = mine
    return found
