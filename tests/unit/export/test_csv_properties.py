"""Whatever a cell holds, the CSV is read back with the same cells, none of them a formula."""

import csv
import io
import string

from hypothesis import example, given
from hypothesis import strategies as st

from core.export.csv_file import csv_bytes

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\0")  # what a spreadsheet takes for one begins so
COLUMNS = ("text", "number")
TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from("=+-@\t\r\n\0\"',; a0" + string.whitespace)),
    st.builds(str.__add__, st.sampled_from(FORMULAS), st.text()),
)
NUMBERS = st.integers() | st.floats(allow_nan=False)


@given(st.lists(st.tuples(TEXTS, NUMBERS), max_size=6))
@example([("=cmd|'/c calc'!A0", -1.5), ('"\r\n",', 0), ("\0=1", 1e300), ("", -0.0)])
def test_any_cell(rows: list[tuple[str, float]]) -> None:
    written = csv_bytes([dict(zip(COLUMNS, row, strict=True)) for row in rows], COLUMNS)
    header, *read = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), strict=True)
    assert header == list(COLUMNS)
    assert len(read) == len(rows)
    for (text, number), (shown, figure) in zip(rows, read, strict=True):
        assert shown == ("'" + text if text.startswith(FORMULAS) else text)
        assert type(number)(figure) == number  # numbers stay numbers, those below zero too
