"""Rows as CSV that is safe to open in a spreadsheet. Knows nothing of what the rows mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.export.table import columns_of
from core.storage.files import write_bytes

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")  # a spreadsheet would run the cell


def csv_bytes(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, raw: bool = False
) -> bytes:
    """The rows as UTF-8 CSV, safe to open in a spreadsheet; None is a blank cell.

    It begins with a byte order mark, without which spreadsheets do not read Chinese. With `raw` it
    does not, and cells that a spreadsheet would run stay as they are: for R and pandas.

    Without `columns` the rows are the cluster table's, with all of its columns.
    """
    columns = columns_of(rows) if columns is None else columns
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for row in rows:
        cells = {column: row[column] for column in columns}
        writer.writerow(cells if raw else {name: _cell(cell) for name, cell in cells.items()})
    return out.getvalue().encode("utf-8" if raw else "utf-8-sig", errors="replace")  # surrogates


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], raw: bool = False) -> None:
    """Write the cluster table's rows to `path`, whole or not at all."""
    write_bytes(path, csv_bytes(rows, raw=raw))


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value
