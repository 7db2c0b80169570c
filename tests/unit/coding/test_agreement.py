"""Krippendorff's own worked examples, an independent implementation's figure, and the interval."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.coding.agreement import agreement, disagreements, of_category
from core.analysis.coding.shares import half_width, size_for, wilson

_LETTERS = {letter: place for place, letter in enumerate("abcde")}


def _units(values: np.ndarray) -> np.ndarray:
    return np.arange(values.shape[1])


def _of(*rows: str) -> np.ndarray:
    return np.array([[-1 if c == "." else int(c) for c in row] for row in rows])


def test_two_observers_as_published() -> None:
    """Krippendorff 2011, sections A (0.095) and B (0.692)."""
    binary = _of("0100000010", "1110010000")
    assert agreement(binary, _units(binary)).alpha == pytest.approx(0.095, abs=5e-4)
    rows = ("aabbdcccedda", "babbbccceddd")
    letters = np.array([[_LETTERS[c] for c in row] for row in rows])
    found = agreement(letters, _units(letters))
    assert found.alpha == pytest.approx(0.692, abs=5e-4)
    assert (found.units, found.percent) == (12, 0.75)
    assert disagreements(letters).tolist() == [0, 4, 11]


def test_four_observers_with_what_is_missing_as_published() -> None:
    """Krippendorff 2011, section C: 0.743; the unit that one alone has coded counts nothing."""
    values = _of(
        "123321412...",
        "1233224125.3",
        ".333234225 1.".replace(" ", ""),
        "1233244125 1.".replace(" ", ""),
    )
    found = agreement(values, _units(values))
    assert found.alpha == pytest.approx(0.743, abs=5e-4)
    assert found.units == 11


def test_the_figure_of_another_implementation() -> None:
    """Of the package krippendorff 0.9.0, nominal, on the same table."""
    values = np.random.default_rng(5).integers(0, 3, (3, 30))
    values[:, ::4][0] = -1
    assert agreement(values, _units(values)).alpha == pytest.approx(0.11796733212341193, abs=1e-12)


def test_where_nothing_can_be_said() -> None:
    alone = _of("0101")
    assert agreement(alone, _units(alone)).percent is None
    same = _of("0000", "0000")
    found = agreement(same, _units(same))
    assert (found.percent, found.alpha, found.interval) == (1.0, None, None)
    perfect = _of("0101", "0101")
    assert agreement(perfect, _units(perfect)).alpha == 1.0


def test_one_category_against_all_others() -> None:
    values = _of("0012", "0021")
    assert of_category(values, _units(values), 0).alpha == 1.0
    assert of_category(values, _units(values), 1).alpha < 0


def test_whole_videos_are_resampled_where_there_are_five() -> None:
    values = np.tile(_of("0101100110", "0101100101"), 2)
    assert agreement(values, np.repeat(np.arange(4), 5)).resampled == "units"
    found = agreement(values, np.repeat(np.arange(5), 4))
    assert found.resampled == "videos"
    low, high = found.interval
    assert low < found.alpha <= high


def test_the_interval_holds_the_truth() -> None:
    """Two coders err in 15 % of frames whose videos differ: the alpha of 400,000 such is 0.491."""
    held = 0
    for seed in range(40):
        generator = np.random.default_rng(seed)
        video = np.repeat(np.arange(12), 5)
        truth = generator.random(60) < generator.beta(2, 2, 12)[video]
        seen = np.stack([truth ^ (generator.random(60) < 0.15) for _ in range(2)]).astype(int)
        low, high = agreement(seen, video).interval
        held += low <= 0.491 <= high
    assert held >= 34  # 85 %: of 40 at 95 % fewer than 34 would be seen in one of 1,000 runs


def test_shares_and_sizes() -> None:
    assert wilson(0, 10) == (0.0, pytest.approx(0.2775, abs=5e-5))  # Newcombe 1998, table I: 0/10
    low, high = wilson(81, 263)  # Newcombe 1998, table I
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert half_width(385, 10**9) == pytest.approx(0.05, abs=1e-4)  # Cochran's usual example
    assert size_for(0.05, 10**9) == 385
    assert size_for(0.05, 100) == 80
    assert half_width(100, 100) == 0.0
