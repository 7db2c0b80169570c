"""A difference as a table: one row per size, group, measure and word."""

from __future__ import annotations

from typing import Any

from core.pipeline.comparison.difference import Difference, Side
from core.pipeline.comparison.set_measures import Measure

COLUMNS = (
    *("what", "item", "first", "first_low", "first_high", "second", "second_low", "second_high"),
    *("difference", "difference_low", "difference_high", "z"),
)
_SIZES = ("frames", "videos", "airtime_s", "stretches", "captions")


def difference_rows(found: Difference) -> list[dict[str, Any]]:
    """Shares are from 0 to 1; a word's numbers are how often it is said, `z` says how clearly."""
    sides = found.first, found.second
    return [
        *(_row("size", name, *(getattr(side, name) for side in sides)) for name in _SIZES),
        *(_measured("group", one) for one in found.groups),
        *(_measured("measure", one) for one in found.measures),
        *_words("word of first", found.first, swapped=False),
        *_words("word of second", found.second, swapped=True),
    ]


def _words(what: str, side: Side, *, swapped: bool) -> list[dict[str, Any]]:
    rows = []
    for mark in side.words:
        counts = (mark.count, mark.elsewhere)[:: -1 if swapped else 1]
        rows.append(_row(what, mark.word, *counts) | {"z": round(mark.z, 3)})
    return rows


def _row(what: str, item: str, first: Any, second: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    return row | {"what": what, "item": item, "first": first, "second": second}


def _measured(what: str, one: Measure) -> dict[str, Any]:
    item = f"{one.name} (share)" if one.unit == "%" else f"{one.name} ({one.unit})"
    row = _row(what, item, None, None)
    for name in ("first", "second", "difference"):
        estimate = getattr(one.contrast, name)
        low, high = estimate.interval or (None, None)
        row |= {name: estimate.value, f"{name}_low": low, f"{name}_high": high}
    return row
