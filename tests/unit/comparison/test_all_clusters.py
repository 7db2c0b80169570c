"""All clusters at once: worked by hand, and silent where there is no difference."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.comparison.airtime import Airtime, shares
from core.analysis.comparison.family import family_p, omnibus
from core.analysis.comparison.robustness import detectable, without_one_video
from core.analysis.comparison.rows import compare_groups, totals
from core.analysis.comparison.sentence import before_reading


def _material(frames: np.ndarray, group: list[int]) -> Airtime:
    names = tuple(f"g{place}" for place in range(max(group) + 1))
    left_out = np.zeros(len(group), np.int64)
    return Airtime(names, np.array(group), frames, frames * 2.0, left_out)


@pytest.fixture
def apart() -> Airtime:
    """Four against four videos that differ in the first two clusters and not in the third."""
    generator = np.random.default_rng(3)
    frames = np.concatenate(
        [generator.poisson((60, 20, 20), (4, 3)), generator.poisson((20, 60, 20), (4, 3))]
    )
    return _material(frames, [0] * 4 + [1] * 4)


def test_the_first_test_is_the_analysis_of_variance_by_hand(apart: Airtime) -> None:
    logs = np.log(apart.frames)  # none is zero
    points = logs - logs.mean(axis=1, keepdims=True)

    def explained(own: tuple[int, ...]) -> float:
        sides = [points[list(own)], np.delete(points, own, axis=0)]
        within = sum(((side - side.mean(axis=0)) ** 2).sum() for side in sides)
        return 1 - within / ((points - points.mean(axis=0)) ** 2).sum()

    every = [explained(own) for own in itertools.combinations(range(8), 4)]
    found = omnibus(apart)
    assert found.explained == pytest.approx(every[0])
    assert found.p == np.mean(np.array(every) >= every[0] - 1e-9) == 2 / 70
    assert found.videos == 8


def test_p_over_all_clusters_by_hand(apart: Airtime) -> None:
    differences = []
    for own in itertools.combinations(range(8), 4):
        side = np.isin(np.arange(8), own)
        first, second = (apart.seconds[rows].sum(axis=0) for rows in (side, ~side))
        differences.append(shares(first) - shares(second))
    scaled = np.abs(differences / np.std(differences, axis=0))
    expected = [(scaled.max(axis=1) >= own - 1e-9).mean() for own in scaled[0]]
    found = family_p(apart)
    assert found[0].tolist() == found[1].tolist() == pytest.approx(expected)
    assert found[0, 0] == 2 / 70 and found[0, 2] > 0.2
    alone = [row.of("g0").p for row in compare_groups(apart)]
    assert all(whole >= one for whole, one in zip(found[0], alone, strict=True))


def test_a_difference_that_one_video_makes_is_seen() -> None:
    frames = np.array([[90, 10], [10, 90], [10, 90], [10, 90], [10, 90], [10, 90]])
    found = without_one_video(_material(frames, [0, 0, 0, 1, 1, 1]))
    low, high = found[0, 0]
    assert (low, high) == (pytest.approx(0), pytest.approx(0.4))
    assert found[1, 0].tolist() == pytest.approx([-high, -low])


def test_the_detectable_difference_falls_with_videos_and_rises_with_their_spread() -> None:
    few = np.tile([[60, 40], [40, 60]], (4, 1))
    many = np.tile(few, (4, 1))
    small, large = (detectable(_material(f, _halves(len(f))))[0, 0] for f in (many, few))
    assert 0 < small < large / 1.8
    # By hand, of few: s = 0.1 sqrt(8 / 6), t(6) of 0.975 and 0.8 = 2.4469 + 0.9057
    assert large == pytest.approx(
        (2.4469 + 0.9057) * 0.1 * (8 / 6) ** 0.5 * (2 / 4) ** 0.5, abs=1e-4
    )
    assert detectable(_material(few * [1, 0], _halves(8)))[0, 0] == 0


def _halves(number: int) -> list[int]:
    return [0] * (number // 2) + [1] * (number // 2)


def test_nothing_is_said_of_a_single_video() -> None:
    single = _material(np.array([[9, 1], [1, 9], [1, 9]]), [0, 1, 1])
    assert omnibus(single) is family_p(single) is without_one_video(single) is None
    rows = compare_groups(single)
    assert {rows[0].of("g0").family_p, rows[0].of("g0").detectable} == {None}
    assert before_reading(None, totals(single), rows) == ""


def test_the_sentence_before_reading(apart: Airtime) -> None:
    rows = compare_groups(apart)
    said = before_reading(omnibus(apart), totals(apart), rows)
    assert "the groups differ (PERMANOVA over 8 videos, p = 0.03" in said
    assert "no p below 0.03; in a usual cluster 4 of 5 such studies would find" in said
    mixed = replace(apart, group=np.array([0, 1] * 4))
    assert "cannot be told apart" in before_reading(omnibus(mixed), totals(mixed), rows)


@pytest.mark.slow
@pytest.mark.parametrize("group", [_halves(8), [0] * 4 + [1] * 4 + [2] * 4])
def test_without_a_difference_both_stay_silent(group: list[int]) -> None:
    """Of 60 studies without a difference 5 % are expected below 0.05; 9 are seen once in 700."""
    generator = np.random.default_rng(1)
    found = np.zeros(2)
    for _ in range(60):
        shared = generator.dirichlet((2, 2, 2, 2), len(group))
        frames = np.array([10 * generator.multinomial(12, one) for one in shared])
        drawn = _material(frames, group)
        found += omnibus(drawn).p <= 0.05, family_p(drawn).min() <= 0.05
    assert (found < 9).all()
