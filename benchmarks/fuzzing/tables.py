"""Tables that leave the program: no cell that a spreadsheet would run, every number a number."""

from __future__ import annotations

import csv
import io
import math
from random import Random
from typing import Any

from benchmarks.fuzzing import mutate
from benchmarks.fuzzing.place import Place
from core.export.csv_file import csv_bytes
from core.export.elan import xml_text
from core.export.names import safe_name
from core.export.table import COLUMNS

_NUMBERS = (0, -1, 1.5, -2.5e-7, math.nan, math.inf, 10**30, None, True, -0.0)
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\0")


def attempt(_place: Place, rng: Random) -> None:
    """Some rows of hostile texts and numbers, and names of files made of them."""
    rows = [{column: _value(rng) for column in COLUMNS} for _ in range(rng.choice((0, 1, 4)))]
    written = csv_bytes(rows).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(written, newline="")))
    assert len(read) == len(rows)
    for before, after in zip(rows, read, strict=True):
        for column in COLUMNS:
            _check(before[column], after[column])
    said = rng.choice(mutate.TEXTS)
    name = safe_name(said, "video")
    assert name and not set(name) & set("/\\\0\n") and name not in (".", ".."), name
    xml_text(said).encode()


def _value(rng: Random) -> Any:
    texts = (rng.choice(mutate.TEXTS), f"{rng.choice(_RUNS)}{rng.choice(mutate.TEXTS)}")
    return rng.choice((*texts, rng.choice(_NUMBERS)))


def _check(before: Any, after: str) -> None:
    if isinstance(before, str):
        assert not after.startswith(_RUNS), f"a spreadsheet would run {after!r}"
        return
    same = after == ("" if before is None else str(before))
    assert same, f"the number {before!r} became {after!r}"
