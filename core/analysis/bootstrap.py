"""Which percentiles of resampled values an interval of 95 % ends at, when few things are drawn."""

from __future__ import annotations

import math

from scipy import special

_LEVEL = 0.95


def percentiles(drawn: int) -> tuple[float, float]:
    """Moved outwards as far as a t interval of `drawn` things is wider than a normal one.

    Plain percentiles are too narrow for few. Source: Hesterberg, "What Teachers Should Know about
    the Bootstrap" (2015), section 4.4.
    """
    quantile = special.stdtrit(drawn - 1, (1 - _LEVEL) / 2) * math.sqrt(drawn / (drawn - 1))
    lower = float(special.ndtr(quantile))
    return lower, 1 - lower
