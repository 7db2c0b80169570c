"""Values kept in memory: one computation for all who ask together; no failure is kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.caching import computed_once


def test_those_who_ask_together_share_one_computation() -> None:
    together, computed = threading.Barrier(8), []
    begun = threading.Event()

    @computed_once(2)
    def square(number: int) -> int:
        computed.append(number)
        begun.wait(0.2)  # long enough for the others to ask meanwhile
        return number * number

    def ask(_: int) -> int:
        together.wait()
        return square(7)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [49] * 8
    assert computed == [7]


def test_the_oldest_answer_makes_room() -> None:
    computed = []

    @computed_once(2)
    def same(number: int) -> int:
        computed.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        same(number)
    assert computed == [1, 2, 3, 2]


def test_a_failure_is_tried_again() -> None:
    tries = iter([ValueError("once"), None])

    @computed_once(1)
    def fails_once() -> str:
        error = next(tries)
        if error:
            raise error
        return "there"

    with pytest.raises(ValueError, match="once"):
        fails_once()
    assert fails_once() == "there"


def test_a_key_says_which_arguments_make_a_difference() -> None:
    computed = []

    @computed_once(1, lambda text, _how: text.lower())
    def same(text: str, how: object) -> str:
        computed.append(text)
        return text

    assert [same("A", []), same("a", {}), same("B", [])] == ["A", "A", "B"]
    assert computed == ["A", "B"]
