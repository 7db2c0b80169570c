"""Rates of groups as rows of plain values: for tables, CSV and programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.analysis.comparison.rates import GroupRate

RATE_COLUMNS = ("measure", "group", "videos", "value", "low", "high", "difference", "p")


def rate_rows(measure: str, rates: Sequence[GroupRate], scale: float = 1.0) -> list[dict[str, Any]]:
    """One row per group, the keys are `RATE_COLUMNS`; values times `scale`, None for no figure.

    low and high are the ends of the 95 % interval, difference is against all other videos.
    """
    return [
        {
            "measure": measure,
            "group": rate.group,
            "videos": rate.videos,
            "value": _digits(rate.rate, scale),
            "low": _digits(rate.interval and rate.interval[0], scale),
            "high": _digits(rate.interval and rate.interval[1], scale),
            "difference": _digits(rate.difference, scale),
            "p": _digits(rate.p, 1.0),
        }
        for rate in rates
    ]


def _digits(value: float | None, scale: float) -> float | None:
    return None if value is None else float(f"{scale * value:.6g}")
