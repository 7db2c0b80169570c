"""Cuts sound into windows of some minutes where it is quietest, always at the same places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from core.text.speech.hearing import RATE

LENGTH_S = 120
_LOOK_S = 20  # from the window's end back
_QUIET_S = 0.4
_STEP = RATE // 20


def windows(blocks: Iterable[np.ndarray]) -> Iterator[tuple[float, np.ndarray]]:
    """(seconds of its beginning, (n,) float32) of each window of sound given in blocks."""
    held: list[np.ndarray] = []
    start = 0
    for block in blocks:
        held.append(block)
        while sum(map(len, held)) >= LENGTH_S * RATE:
            joined = np.concatenate(held)
            cut = _quietest(joined[: LENGTH_S * RATE])
            yield start / RATE, joined[:cut]
            start += cut
            held = [joined[cut:]]
    last = np.concatenate(held) if held else np.zeros(0, np.float32)
    if len(last):
        yield start / RATE, last


def _quietest(window: np.ndarray) -> int:
    """The middle of the quietest stretch near the end."""
    first = len(window) - _LOOK_S * RATE
    steps = np.square(window[first:]).reshape(-1, _STEP).sum(axis=1)
    length = round(_QUIET_S * RATE / _STEP)
    loudness = np.convolve(steps, np.ones(length), "valid")
    return first + (int(loudness.argmin()) + length // 2) * _STEP
