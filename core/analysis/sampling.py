"""Chooses some of many rows so that every group keeps its share. Pure."""

from __future__ import annotations

import numpy as np


def stratified(groups: np.ndarray, count: int, seed: int = 0) -> np.ndarray:
    """(min(count, N),) int64, ascending: rows drawn from each group of (N,) in proportion to it.

    Shares are rounded by largest remainder; a group that has rows keeps at least one, as long as
    `count` allows. Same seed, same rows. Source: Cochran, "Sampling Techniques" (1977), section
    5.4, proportional allocation.
    """
    if count >= len(groups):
        return np.arange(len(groups))
    generator = np.random.default_rng(seed)
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    taken = _allocated(sizes, count)
    return np.sort(
        np.concatenate(
            [
                generator.choice(np.flatnonzero(member == group), number, replace=False)
                for group, number in enumerate(taken)
            ]
        )
    )


def _allocated(sizes: np.ndarray, count: int) -> np.ndarray:
    """(G,) int64 that sum to `count`, none above its size."""
    exact = sizes * (count / sizes.sum())
    taken = np.floor(exact).astype(int)
    if count >= len(sizes):
        taken = np.maximum(taken, 1)
    while taken.sum() != count:
        short = count - taken.sum()
        behind = exact - taken
        if short > 0:
            taken[np.where(taken < sizes, behind, -np.inf).argmax()] += 1
        else:
            taken[np.where(taken > 1, behind, np.inf).argmin()] -= 1
    return taken
