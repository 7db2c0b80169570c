"""Tidy tables as CSV or Parquet, with the dictionary of their columns."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.export.csv_file import csv_bytes
from core.pipeline.package.dictionary import meaning
from core.pipeline.package.tidy_tables import TidyTable
from core.storage.files import write_bytes

_DICTIONARY = ("table", "column", "type", "about")


def write_tables(tables: Sequence[TidyTable], folder: Path, raw: bool, parquet: bool) -> list[Path]:
    """Write NAME.csv (and NAME.parquet) of each, and dictionary.csv; gives the paths."""
    paths = []
    for name, data in table_files(tables, raw, parquet):
        write_bytes(folder / name, data)
        paths.append(folder / name)
    return paths


def table_files(
    tables: Sequence[TidyTable], raw: bool, parquet: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Each file's name and bytes. `raw` leaves out the apostrophes that guard spreadsheets."""
    for table in tables:
        yield f"{table.name}.csv", csv_bytes(table.rows, table.columns, raw)
        if parquet:
            yield f"{table.name}.parquet", parquet_bytes(table)
    yield "dictionary.csv", csv_bytes(dictionary_rows(tables), _DICTIONARY, raw)


def dictionary_rows(tables: Sequence[TidyTable]) -> list[dict[str, Any]]:
    """One row for every column of every table."""
    return [
        {"table": table.name, "column": column, **meaning(column)._asdict()}
        for table in tables
        for column in table.columns
    ]


def parquet_bytes(table: TidyTable) -> bytes:
    """One table; a blank number is null, texts are as they are in the library."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    arrays = [
        pa.array([_value(row[name], meaning(name).type) for row in table.rows], kinds[kind])
        for name in table.columns
        for kind in (meaning(name).type,)
    ]
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(table.columns)), out)
    return out.getvalue()


def _value(cell: Any, kind: str) -> Any:
    if kind == "string":
        return "" if cell is None else str(cell)
    if cell in ("", None):
        return None
    return int(cell) if kind == "integer" else float(cell)
