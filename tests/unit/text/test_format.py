"""Times, counts and shares as words: one table of answers for Python and for the browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import PROJECT
from core.format import clock, count, duration, percent, size

CLOCKS = [
    (0, "0:00"), (7.6, "0:07"), (59.999, "0:59"), (60, "1:00"), (84.9, "1:24"),
    (3599.99, "59:59"), (3600, "1:00:00"), (3725, "1:02:05"), (36000.5, "10:00:00"),
    (3 * 9.6666666666666666, "0:29"), (290 * 0.1, "0:29"), (28.999999999999996, "0:29"),
    (-0.4, "0:00"), (-61, "0:00"),
]  # fmt: skip
PERCENTS = [
    (0, "0 %"), (0.0004, "under 1 %"), (0.0099, "under 1 %"), (0.01, "1 %"), (0.125, "13 %"),
    (0.335, "34 %"), (0.996, "100 %"), (1, "100 %"),
]  # fmt: skip
COUNTS = [(0, "0 frames"), (1, "1 frame"), (2, "2 frames"), (1234, "1,234 frames")]


def test_what_python_says() -> None:
    assert [clock(seconds) for seconds, _ in CLOCKS] == [said for _, said in CLOCKS]
    assert [percent(share) for share, _ in PERCENTS] == [said for _, said in PERCENTS]
    assert [count(number, "frame") for number, _ in COUNTS] == [said for _, said in COUNTS]
    assert count(2, "stretch", "stretches") == "2 stretches"
    assert percent(None) == ""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_browser_says_the_same() -> None:
    asked = [
        f"{json.dumps([t for t, _ in CLOCKS])}.map((t) => clock(t))",
        f"{json.dumps([p for p, _ in PERCENTS])}.map((p) => percent(1000 * p, 1000))",
        f"{json.dumps([n for n, _ in COUNTS])}.map((n) => counted(n, 'frame'))",
        '[counted(2, "stretch", "stretches")]',
    ]
    module = (PROJECT / "core" / "format.js").as_uri()
    script = f"import {{ clock, counted, percent }} from '{module}';"
    script += f"console.log(JSON.stringify([{','.join(asked)}]))"
    command = ["node", "--input-type=module", "-e", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = [[said for _, said in table] for table in (CLOCKS, PERCENTS, COUNTS)]
    assert json.loads(ended.stdout) == [*expected, ["2 stretches"]]


@given(st.floats(-100, 400_000))
def test_a_clock_is_read_as_the_second_it_began_in(seconds: float) -> None:
    rest, minutes, hours = ([*map(int, reversed(clock(seconds).split(":"))), 0])[:3]
    assert rest < 60
    assert minutes < 60
    assert -0.0006 < max(0.0, seconds) - (3600 * hours + 60 * minutes + rest) < 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (40, "40 s"), (60, "1 min"), (218, "3 min 38 s"), (7500, "2 h 05 min")],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_size() -> None:
    assert [size(number) for number in (310e6, 1.24e9)] == ["310 MB", "1.2 GB"]


def test_there_is_one_clock_and_one_count() -> None:
    """A second one would soon say something else."""
    written = [
        f"{path.relative_to(PROJECT)}: {found}"
        for folder in ("core", "pages")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in (".py", ".js")
        for found in re.findall(
            r"^\s*(?:export )?(?:def|function|const) (?:clock|counted|percent|duration)\b",
            path.read_text(),
            re.M,
        )
    ]
    assert {line.split(":")[0] for line in written} == {"core/format.py", "core/format.js"}, written
