"""A number of frames in two sets of them, each with an interval that frames alike do not narrow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.bootstrap import percentiles

BLOCK = 10  # frames that follow each other in a video and are drawn together: they are much alike
_DRAWS = 2_000
_FEWEST = 3  # blocks: of fewer nothing is said

Interval = tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """A mean, and its interval of 95 %; None where too few blocks of frames bear it."""

    value: float
    interval: Interval | None


@dataclass(frozen=True)
class Contrast:
    """The same number in both sets, and the first less the second."""

    first: Estimate
    second: Estimate
    difference: Estimate


def blocks_of(video: np.ndarray, index: np.ndarray) -> np.ndarray:
    """(N,) which block of ten frames of its video each frame is in, as a number from 0."""
    pairs = np.stack([video, index // BLOCK], axis=1)
    numbers: np.ndarray = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
    return numbers


def contrast(
    first: np.ndarray,
    second: np.ndarray,
    blocks: tuple[np.ndarray, np.ndarray],
    seed: int = 0,
) -> Contrast:
    """Compare the means of (A,) and (B,) values, given the `blocks` of their frames.

    Intervals are percentiles of 2,000 means over blocks drawn with replacement, widened for few
    blocks (core.analysis.bootstrap). Values and blocks hold one frame at least.
    """
    generator = np.random.default_rng(seed)
    sizes = [len(np.unique(of)) for of in blocks]
    drawn = [
        _drawn_means(values, of, generator)
        for values, of in zip((first, second), blocks, strict=True)
    ]
    means = float(first.mean()), float(second.mean())
    between = None
    if drawn[0] is not None and drawn[1] is not None:
        between = _interval(drawn[0] - drawn[1], min(sizes))
    return Contrast(
        _estimate(means[0], drawn[0], sizes[0]),
        _estimate(means[1], drawn[1], sizes[1]),
        Estimate(means[0] - means[1], between),
    )


def _estimate(mean: float, drawn: np.ndarray | None, blocks: int) -> Estimate:
    return Estimate(mean, None if drawn is None else _interval(drawn, blocks))


def _drawn_means(
    values: np.ndarray, blocks: np.ndarray, generator: np.random.Generator
) -> np.ndarray | None:
    """(draws,) means over resampled blocks; None for fewer than three."""
    numbers = np.unique(blocks, return_inverse=True)[1].ravel()
    k = int(numbers.max()) + 1
    if k < _FEWEST:
        return None
    sums = np.bincount(numbers, weights=values.astype(np.float64), minlength=k)
    sizes = np.bincount(numbers, minlength=k)
    drawn = generator.multinomial(k, np.full(k, 1 / k), _DRAWS)  # (draws, k) how often each
    return np.asarray((drawn @ sums) / (drawn @ sizes))


def _interval(drawn: np.ndarray, blocks: int) -> Interval:
    low, high = np.quantile(drawn, percentiles(blocks))
    return float(low), float(high)
