"""A place in a video, and how long something takes, are read back from how they are written."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from core.format import clock, duration

SECONDS = st.floats(0, 400 * 3600) | st.integers(0, 10_000).map(float)
UNITS_S = {"s": 1, "min": 60, "h": 3600}


def _clock_read(text: str) -> int:
    """ "1:02:05" as 3725 s; hours and minutes are led by no zero, what follows has two digits."""
    assert re.fullmatch(r"(([1-9]\d*):[0-5]\d|[1-5]?\d):[0-5]\d", text), text
    return sum(60**power * int(part) for power, part in enumerate(reversed(text.split(":"))))


def _length_read(text: str) -> int:
    assert re.fullmatch(r"[1-5]?\d s|[1-5]?\d min( [0-5]\d s)?|[1-9]\d* h [0-5]\d min", text), text
    return sum(int(n) * UNITS_S[unit] for n, unit in re.findall(r"(\d+) (s|min|h)", text))


@given(SECONDS)
@example(59.6)
@example(3599.9)
def test_a_clock_is_right_to_the_second(seconds: float) -> None:
    assert abs(_clock_read(clock(seconds)) - seconds) < 1


@given(SECONDS, SECONDS)
def test_what_comes_later_never_stands_earlier(one: float, other: float) -> None:
    assert _clock_read(clock(min(one, other))) <= _clock_read(clock(max(one, other)))


@given(SECONDS)
@example(59.6)
@example(3599.6)
@example(7199.6)
def test_a_length_is_right_to_its_last_unit(seconds: float) -> None:
    said = duration(seconds)
    assert abs(_length_read(said) - seconds) <= (60 if "h" in said else 0.5)
