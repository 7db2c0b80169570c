"""Which points a map shows when there are more than a browser draws well: so many of each group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST_POINTS = 5_000


def stratified(groups: Sequence[str], most: int = MOST_POINTS, seed: int = 0) -> np.ndarray:
    """The rows to show, ascending: all, or `most` of them, each group with its share of all.

    Every group keeps at least one row. The same groups and seed give the same rows.
    """
    named = np.asarray(groups)
    if len(named) <= most:
        return np.arange(len(named))
    generator = np.random.default_rng(seed)
    distinct, counts = np.unique(named, return_counts=True)
    exact = counts * most / len(named)
    wanted = np.maximum(1, np.floor(exact)).astype(int)
    for place in np.argsort(wanted - exact)[: max(0, most - wanted.sum())]:  # largest remainders
        wanted[place] += 1
    chosen = [
        generator.choice(np.flatnonzero(named == group), size, replace=False)
        for group, size in zip(distinct, wanted, strict=True)
    ]
    return np.sort(np.concatenate(chosen))
