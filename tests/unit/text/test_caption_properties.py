"""Any caption file is captions in time or one sentence; captions that are written are read."""

import json
from collections.abc import Callable
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import CaptionsUnreadable
from core.text.captions import EXTENSIONS, parse
from core.text.segments import Segment, spread

UNSEEN = ("Cc", "Cs", "Zl", "Zp")
TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}  # of writing
LATEST_S = 100 * 3600.0 + 2  # a segment at the last possible time, shown as long as any

NAMES = st.sampled_from([f"a.{extension}" for extension in EXTENSIONS])
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            (
                "WEBVTT", "NOTE", "STYLE", "", " ", "1", "-->", "00:00:01,000 --> 00:00:02,500",
                "00:01.000-->00:02.000 align:start", "999:59:59,999 --> 999:59:59,999",
                "00:00:05,000 --> 00:00:01,000", "<c.yellow>", "&#0;&#27;&#xD800;", "{\\an8}",
                "\u202e", "=1+1",
            )
        ),
        st.text(max_size=30),
        st.from_regex(r"\d{1,3}:\d\d:\d\d[.,]\d{1,3} --> \d\d:\d\d:\d\d[.,]\d{3}", fullmatch=True),
    ),
    max_size=12,
)  # fmt: skip
NUMBERS = st.one_of(st.floats(), st.integers(), st.sampled_from([0, 1.5, 1e308, 360_000]))
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"text": st.text(max_size=20)}, optional={"start": NUMBERS, "duration": NUMBERS}
    ),
    max_size=6,
)
MILLISECONDS = st.integers(0, 300_000_000)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="<>&{}\\-"),
                min_size=1, max_size=12)  # fmt: skip


def check(name: str, data: bytes) -> None:
    """Captions in order with times that are times, in texts that can be kept; or one sentence."""
    try:
        found = parse(name, data)
    except CaptionsUnreadable as error:
        assert str(error).startswith(f"{name} ")
        assert len(str(error).splitlines()) == 1
        return
    assert found.segments
    assert found.language in ("en", "zh", "other")
    previous_s = 0.0
    for start_s, end_s, text in spread(found, 60.0):
        assert previous_s <= start_s < end_s <= LATEST_S
        assert text.strip()
        assert text.encode().decode() == text
        assert not any(letter in TURNING or category(letter) in UNSEEN for letter in text), ascii(
            text
        )
        previous_s = start_s


@given(NAMES, st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    check(name, data)


@given(NAMES, LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-16"]))
def test_any_lines(name: str, lines: list[str], end: str, encoding: str) -> None:
    check(name, end.join(lines).encode(encoding, "replace"))


@given(ITEMS)
@example([{"text": "a", "start": 0, "duration": 1e300}])
@example([{"text": "\ud800", "start": 0}])
@example([{"text": "\x1b[2J", "start": 0}])
@example([{"text": "&#x202e;", "start": 0}])
def test_any_items(items: list[dict]) -> None:
    check("a.json", json.dumps(items).encode())


def _lines(point: str, start: str) -> Callable[[list[Segment]], str]:
    def clock(seconds: float) -> str:
        whole, milliseconds = divmod(round(seconds * 1000), 1000)
        times = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
        return f"{times}{point}{milliseconds:03}"

    def written(segments: list[Segment]) -> str:
        blocks = [f"{clock(a)} --> {clock(b)}\n{text}\n" for a, b, text in segments]
        return start + "\n".join(blocks)

    return written


WRITERS = {
    "a.srt": _lines(",", ""),
    "a.vtt": _lines(".", "WEBVTT\n\n"),
    "a.json": lambda segments: json.dumps(
        [{"text": text, "start": a, "duration": b - a} for a, b, text in segments]
    ),
}


@pytest.mark.parametrize("name", WRITERS)
@given(
    st.lists(
        st.tuples(MILLISECONDS, st.integers(1, 10**7), WORDS), min_size=1, max_size=8, unique=True
    )
)
def test_what_is_written_is_read(name: str, drawn: list[tuple[int, int, str]]) -> None:
    written = [Segment(a / 1000, (a + long) / 1000, text) for a, long, text in sorted(drawn)]
    read = parse(name, WRITERS[name](written).encode()).segments
    assert [segment.text for segment in read] == [segment.text for segment in written]
    for found, meant in zip(read, written, strict=True):
        assert found[:2] == pytest.approx(meant[:2], abs=1e-6)
