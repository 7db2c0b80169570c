"""Prints records as a table for people or as JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def show(rows: Sequence[Row], columns: Sequence[str], empty: str, as_json: bool) -> None:
    """Print the rows as JSON, or their `columns` as a table, or `empty` for no rows."""
    if as_json:
        show_json(rows)
    elif not rows:
        print(empty)
    else:
        cells = [[name.replace("_", " ") for name in columns]]
        cells += [[_cell(row[name]) for name in columns] for row in rows]
        widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
        for line in cells:
            padded = (c + " " * (w - _width(c)) for c, w in zip(line, widths, strict=True))
            print("  ".join(padded).rstrip())


def show_json(value: Any) -> None:
    """Print lists and objects for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def fields(record: Any, *names: str) -> Row:
    """Some fields of a record, by name."""
    return {name: getattr(record, name) for name in names}


def plain(text: str) -> str:
    """The text on one line and without control characters, which a terminal would obey."""
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3g}" if value < 10 else f"{value:.1f}"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return plain(str(value))


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
