"""An amount over a base, as cuts over minutes, in each group: with interval and test. Pure.

Whole videos are exchanged and resampled, as in core.analysis.comparison.tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.bootstrap import percentiles
from core.analysis.comparison.airtime import Interval
from core.analysis.comparison.tests import FEWEST_VIDEOS, RESAMPLED, exchanges, is_exact

_ROUNDING = 1e-9  # differences this close are ties


@dataclass(frozen=True)
class GroupRate:
    """One group; None where there is no base, no interval or no test."""

    group: str
    videos: int  # with a base
    amount: float
    base: float
    rate: float | None  # the amounts of its videos together over their bases
    interval: Interval | None  # 95 %, resampling videos; from 5 on
    difference: float | None  # less the rate of all other videos
    p: float | None  # two-sided, exchanging the groups of whole videos


def compare_rates(
    amount: np.ndarray, base: np.ndarray, group: np.ndarray, groups: Sequence[str], seed: int = 0
) -> tuple[GroupRate, ...]:
    """(V,) amounts and bases of videos, (V,) the place of each in `groups`.

    Videos whose base is 0 say nothing and are left out. Nothing is tested where a group has fewer
    than two of the rest: then group and video cannot be told apart.
    """
    known = base > 0
    amount, base, group = (of[known].astype(np.float64) for of in (amount, base, group))
    number = np.bincount(group.astype(np.int64), minlength=len(groups))
    tested = len(groups) > 1 and int(number.min()) > 1
    found = []
    for place, name in enumerate(groups):
        own = group == place
        difference = _differences(amount, base, own[None])[0] if 0 < own.sum() < len(own) else None
        found.append(
            GroupRate(
                group=name,
                videos=int(number[place]),
                amount=float(amount[own].sum()),
                base=float(base[own].sum()),
                rate=float(amount[own].sum() / base[own].sum()) if own.any() else None,
                interval=_interval(amount[own], base[own], seed),
                difference=None if difference is None else float(difference),
                p=_p(amount, base, own, seed) if tested else None,
            )
        )
    return tuple(found)


def tested(rates: Sequence[GroupRate]) -> int:
    """How many tests these are; of two groups the second mirrors the first."""
    number = sum(rate.p is not None for rate in rates)
    return 1 if number == 2 else number


def _p(amount: np.ndarray, base: np.ndarray, own: np.ndarray, seed: int) -> float:
    observed = abs(_differences(amount, base, own[None])[0])
    videos, number = len(own), int(own.sum())
    extreme = tried = 0
    for chosen in exchanges(videos, number, seed):  # (P, V) bool
        apart = np.abs(_differences(amount, base, chosen))
        extreme += int((apart >= observed - _ROUNDING).sum())
        tried += len(chosen)
    if is_exact(videos, number):
        return extreme / tried
    return (1 + extreme) / (1 + tried)


def _differences(amount: np.ndarray, base: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """(P, V) which videos are the group's, never none or all -> (P,) differences of rates."""
    weights = chosen.astype(np.float64)
    own_amount, own_base = weights @ amount, weights @ base
    return own_amount / own_base - (amount.sum() - own_amount) / (base.sum() - own_base)


def _interval(amount: np.ndarray, base: np.ndarray, seed: int) -> Interval | None:
    number = len(amount)
    if number < FEWEST_VIDEOS:
        return None
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(number, np.full(number, 1 / number), size=RESAMPLED)
    low, high = np.quantile((weights @ amount) / (weights @ base), percentiles(number))
    return float(low), float(high)
