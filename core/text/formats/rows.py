"""Captions as tables: .csv and .tsv with a start, an end or a length, and the words."""

from __future__ import annotations

import csv
import io
import math
import re
from itertools import zip_longest

from core.errors import CaptionsUnreadable
from core.text.caption_formats import until_next
from core.text.formats.cues import Cues, seconds_of

_NAMES = {
    "start": ("start", "begin", "from", "in", "time", "timestamp", "starttime", "begintime",
              "timein", "tc", "tcin", "timecodein", "开始", "開始", "开始时间", "開始時間"),
    "end": ("end", "stop", "to", "out", "endtime", "stoptime", "timeout", "tcout", "timecodeout",
            "结束", "結束", "结束时间", "結束時間"),
    "length": ("duration", "dur", "length"),
    "text": ("text", "caption", "captions", "subtitle", "transcript", "content", "sentence",
             "line", "words", "speech", "utterance", "dialogue", "文本", "字幕", "内容", "內容"),
}  # fmt: skip
_UNIT = re.compile(r"[\s_(\[]*(ms|msec|milliseconds?|seconds?|secs?|s)[)\]]*$")
_HEADER = 2000  # letters of the first line that are looked at
_SLOW = 0.1  # letters a second: then whole numbers are milliseconds, as Whisper writes them


def is_table(text: str) -> bool:
    """Whether the first line names a column of times and one of words."""
    columns = _columns(_first(text))
    return "start" in columns and "text" in columns


def read(text: str) -> Cues:
    """Raises CaptionsUnreadable with a predicate where no column has times, or none words."""
    delimiter = _delimiter(text)
    try:
        written = io.StringIO(text)
        reader = (
            csv.reader(written, delimiter=delimiter, quoting=csv.QUOTE_NONE)
            if delimiter == "\t"
            else csv.reader(written, delimiter=delimiter)
        )
        rows = [row for row in reader if any(row)]
    except csv.Error as error:
        raise CaptionsUnreadable(
            f"is no table that can be read ({error}); save it again."
        ) from error
    columns = _columns(rows[0]) if rows else {}
    body = rows[1:]
    if "start" not in columns and rows and not math.isnan(_number(rows[0][0])):
        columns, body = _unnamed(rows[0]), rows
    if "start" not in columns or "text" not in columns:
        raise CaptionsUnreadable(
            "has no columns start and text; name its columns start, end and text in the first line."
        )
    return _cues(body, columns, rows[0], 1 + len(rows) - len(body))


def _unnamed(row: list[str]) -> dict[str, int]:
    """Columns without names: start, end where the second is a time, and the words."""
    if len(row) > 2 and not math.isnan(_number(row[1])):
        return {"start": 0, "end": 1, "text": 2}
    return {"start": 0, "text": 1} if len(row) > 1 else {}


def _cues(body: list[list[str]], columns: dict[str, int], header: list[str], first: int) -> Cues:
    def cell(row: list[str], name: str) -> str:
        place = columns.get(name, -1)
        return row[place].strip() if 0 <= place < len(row) else ""

    starts = [_number(cell(row, "start")) for row in body]
    ends = [_number(cell(row, "end")) for row in body]
    for place, row in enumerate(body):
        if math.isnan(ends[place]):
            ends[place] = starts[place] + _number(cell(row, "length"))
    texts = [cell(row, "text") for row in body]
    if all(map(math.isnan, ends)):
        known = [start for start in starts if not math.isnan(start)]
        later = iter(until_next(known))
        ends = [math.nan if math.isnan(start) else next(later) for start in starts]
    named = _UNIT.search(header[columns["start"]].strip().lower())
    plain = not any(":" in cell(row, "start") for row in body)
    thousandth = plain and (
        named[1].startswith("m") if named else _milliseconds(starts, ends, texts)
    )
    scale = 0.001 if thousandth else 1.0
    cues = Cues()
    for number, (start, end, said) in enumerate(zip_longest(starts, ends, texts), first):
        if math.isnan(start):
            cues.passed.append(f"row {number} has no start that can be read")
        else:
            until = start if math.isnan(end) else end
            cues.add(start * scale, until * scale, said, f"row {number}")
    return cues


def _milliseconds(starts: list[float], ends: list[float], texts: list[str]) -> bool:
    known = [
        (a, b, text) for a, b, text in zip(starts, ends, texts, strict=True) if math.isfinite(a + b)
    ]
    whole = all(a.is_integer() and b.is_integer() for a, b, _ in known)
    shown = sum(b - a for a, b, _ in known)
    return whole and shown >= 200 and sum(len(text) for *_, text in known) < _SLOW * shown


def _first(text: str) -> list[str]:
    line = text.lstrip().partition("\n")[0][:_HEADER]
    return next(iter(csv.reader([line], delimiter=_delimiter(text))), [])


def _delimiter(text: str) -> str:
    line = text.lstrip().partition("\n")[0][:_HEADER]
    return max("\t;,", key=lambda mark: (line.count(mark), mark == "\t"))


def _columns(header: list[str]) -> dict[str, int]:
    """{"start", "end", "length", "text": place} as far as the header names them."""
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        bare = re.sub(r"[\W_]+", "", _UNIT.sub("", cell.strip().lower()))
        for name, known in _NAMES.items():
            if bare in known:
                found.setdefault(name, place)
    return found


def _number(cell: str) -> float:
    """Seconds or milliseconds as a number, or clock time; NaN for anything else."""
    bare = cell.strip().strip("'\"")
    if re.fullmatch(r"-?\d+([.,]\d+)?", bare):
        return float(bare.replace(",", "."))
    return seconds_of(bare)
