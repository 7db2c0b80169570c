"""How surely a share is known from so many cases: Wilson's interval, and a sample's size. Pure."""

from __future__ import annotations

import math

_Z = 1.959963984540054  # standard deviations: 95 %
Interval = tuple[float, float]


def wilson(found: int, of: int) -> Interval:
    """The 95 % interval of a share of independent cases.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if of == 0:
        return 0.0, 1.0
    share, spread = found / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    low = 0.0 if found == 0 else max(0.0, middle - half)
    return low, 1.0 if found == of else min(1.0, middle + half)


def half_width(sampled: int, of: int) -> float:
    """Half the 95 % interval of a share of one half in a simple random sample without replacement.

    Any other share is known better. Source: Cochran, "Sampling Techniques" (1977), section 3.3.
    """
    if sampled <= 0 or of <= 1:
        return 1.0
    return _Z * math.sqrt(0.25 / sampled * max(0.0, (of - sampled) / (of - 1)))


def size_for(half: float, of: int) -> int:
    """The smallest sample of `of` units whose half interval is at most `half`."""
    ideal = 0.25 * _Z**2 / half**2
    return max(1, min(of, math.ceil(ideal / (1 + (ideal - 1) / max(1, of)))))
