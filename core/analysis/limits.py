"""Up to how many frames analyses are exact, which frames stand for more, and what is then said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

EXACT_UP_TO = 50_000  # frames; above it so many are drawn, and the others follow the nearest
_AT_ONCE = 50_000  # rows of one step


def exact(frames: int) -> bool:
    """Whether all of `frames` frames take part in fitting."""
    return frames <= EXACT_UP_TO


def drawn(frames: int, most: int | None = None) -> np.ndarray:
    """(min(frames, most),) int64, ascending: all rows, or `most` (50,000) of them at random.

    Always the same of as many frames, so that a division or layout can be made again.
    """
    most = EXACT_UP_TO if most is None else most
    if frames <= most:
        return np.arange(frames)
    return np.sort(np.random.default_rng(0).choice(frames, most, replace=False))


def slices(frames: int) -> Iterator[slice]:
    """All rows, in order, 50,000 at a time: what is computed of all needs room for no more."""
    for start in range(0, frames, _AT_ONCE):
        yield slice(start, min(start + _AT_ONCE, frames))


def precision(frames: int) -> type[np.floating]:
    """float64, and float32 where the latents of so many frames are large."""
    return np.float64 if exact(frames) else np.float32


def said(frames: int) -> str:
    """How an analysis of `frames` frames was fitted, after its name; "" where it has them all."""
    if exact(frames):
        return ""
    return f"fitted on {EXACT_UP_TO:,} of {frames:,} frames, the rest placed"
