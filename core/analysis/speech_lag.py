"""How much later than the speech captions are: their times against voice activity. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_STEP_S = 0.1
_FARTHEST_S = 15.0


class Lag(NamedTuple):
    """`seconds` is how much later the captions are than the speech that they agree with best.

    `there` and `now` are the correlations of captions and speech in time, moved so and as they are.
    """

    seconds: float
    there: float
    now: float


def speech_lag(
    speech: Sequence[tuple[float, float]], said: Sequence[tuple[float, float]], duration_s: float
) -> Lag | None:
    """Of (from, until) stretches in seconds; None where either is everywhere or nowhere."""
    length = int(duration_s / _STEP_S) + 1
    voice, captions = _activity(speech, length), _activity(said, length)
    if voice.std() == 0 or captions.std() == 0:
        return None
    farthest = min(round(_FARTHEST_S / _STEP_S), length // 4)
    lags = np.arange(-farthest, farthest + 1)
    found = np.array([_correlation(voice, captions, int(lag)) for lag in lags])
    best = int(np.lexsort((np.abs(lags), -found.round(6)))[0])
    return Lag(float(lags[best] * _STEP_S), float(found[best]), float(found[farthest]))


def _activity(stretches: Sequence[tuple[float, float]], length: int) -> np.ndarray:
    """(length,) 1 where a stretch is, else 0."""
    line = np.zeros(length)
    for start_s, end_s in stretches:
        line[max(0, round(start_s / _STEP_S)) : max(0, round(end_s / _STEP_S))] = 1
    return line


def _correlation(voice: np.ndarray, captions: np.ndarray, lag: int) -> float:
    """Of speech and captions that are taken back by `lag` steps, where both are known."""
    own = captions[lag:] if lag >= 0 else captions[:lag]
    other = voice[: len(voice) - lag] if lag >= 0 else voice[-lag:]
    if own.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(own, other)[0, 1])
