"""Places between the points of a map: what they are made of, and how far from a frame."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import inverse_layout
from core.analysis.sampling import stratified


@pytest.fixture
def layout() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)


def test_a_frames_own_place_is_that_frame_alone(layout: np.ndarray) -> None:
    mix = inverse_layout.place(layout, *map(float, layout[7]))
    assert mix.rows[mix.shares > 0].tolist() == [7]
    assert mix.of(layout) == pytest.approx(layout[7])


def test_frames_at_one_place_share_it() -> None:
    layout = np.array([[0, 0], [0, 0], [5, 5], [9, 9]], np.float32)
    mix = inverse_layout.place(layout, 0.0, 0.0, count=3)
    assert dict(zip(mix.rows.tolist(), mix.shares.tolist(), strict=True)) == {0: 0.5, 1: 0.5, 2: 0}


def test_nearer_frames_have_larger_shares(layout: np.ndarray) -> None:
    mix = inverse_layout.place(layout, 0.1, -0.2)
    apart = np.linalg.norm(layout[mix.rows] - (0.1, -0.2), axis=1)
    everyone = np.linalg.norm(layout - (0.1, -0.2), axis=1)
    assert sorted(mix.rows) == sorted(everyone.argsort()[: inverse_layout.NEAREST])
    assert mix.shares.sum() == pytest.approx(1)
    assert (np.diff(mix.shares[apart.argsort()]) < 0).all()


def test_the_mean_does_not_jump_where_the_nearest_change(layout: np.ndarray) -> None:
    values = np.random.default_rng(1).normal(size=(60, 5))
    ways = np.linspace(-1.5, 1.5, 4001)
    means = np.stack([inverse_layout.place(layout, x, 0.3).of(values) for x in ways])
    members = [frozenset(inverse_layout.place(layout, x, 0.3).rows.tolist()) for x in ways]
    changed = [a != b for a, b in zip(members[1:], members, strict=False)]
    steps = np.linalg.norm(np.diff(means, axis=0), axis=1)
    assert sum(changed) > 10
    assert steps[changed].max() < 0.05  # frames lie about 3 apart


def test_equally_far_frames_have_equal_shares() -> None:
    corners = np.array([[1, 1], [-1, 1], [1, -1], [-1, -1]], np.float32)
    assert inverse_layout.place(corners, 0, 0, count=3).shares == pytest.approx([1 / 3] * 3)
    assert inverse_layout.place(corners, 0, 0, count=8).shares == pytest.approx([1 / 4] * 4)


def test_one_frame_is_everywhere() -> None:
    mix = inverse_layout.place(np.zeros((1, 2), np.float32), 3.0, 4.0)
    assert mix.rows.tolist() == [0]
    assert mix.shares.tolist() == [1.0]


def test_a_walk_is_a_straight_line_with_both_its_ends(layout: np.ndarray) -> None:
    start, end = inverse_layout.place(layout, 0.2, 0.1), inverse_layout.frame(9)
    steps = np.stack([mix.of(layout) for mix in inverse_layout.walk(start, end, 9)])
    assert steps[0] == pytest.approx(start.of(layout), abs=1e-6)
    assert steps[-1] == pytest.approx(layout[9], abs=1e-6)
    assert np.diff(steps, axis=0) == pytest.approx(
        np.tile((steps[-1] - steps[0]) / 8, (8, 1)), abs=1e-6
    )


def test_maps_are_mixed_as_vectors_are() -> None:
    maps = np.random.default_rng(2).normal(size=(5, 3, 2, 2)).astype(np.float16)
    mix = inverse_layout.Mix(np.array([1, 4]), np.array([0.25, 0.75]))
    exact = maps.astype(np.float64)
    assert mix.of(maps) == pytest.approx(0.25 * exact[1] + 0.75 * exact[4])


def test_the_usual_distance_is_the_median_to_the_nearest() -> None:
    latents = np.array([[0], [1], [3], [6], [6]], np.float32)
    nearest = np.array([[1], [0], [1], [4], [3]])
    assert (
        inverse_layout.usual_distance(latents, nearest) == 1
    )  # of 1, 1, 2: the equal ones are no unit
    assert inverse_layout.usual_distance(np.zeros((5, 1)), nearest) == 0
    assert inverse_layout.usual_distance(latents, np.empty((5, 0), int)) == 0


@pytest.mark.parametrize("count", [1, 7, 200, 300])
def test_the_nearest_frames_are_those_of_a_plain_search(count: int) -> None:
    latents = np.random.default_rng(3).normal(size=(200, 12)).astype(np.float32)
    point = np.random.default_rng(4).normal(size=12).astype(np.float32)
    squares = np.square(latents).sum(axis=1)
    rows, apart = inverse_layout.nearest_frames(latents, squares, point, count)
    plain = np.linalg.norm(latents - point, axis=1)
    assert rows.tolist() == plain.argsort()[:count].tolist()
    assert apart == pytest.approx(plain.min())


@pytest.mark.parametrize("count", [1, 3, 10, 77, 999, 1000, 5000])
def test_a_sample_keeps_each_groups_share(count: int) -> None:
    groups = np.repeat(["us", "cn", "one"], [700, 299, 1])
    rows = stratified(groups, count)
    assert len(rows) == min(count, 1000) == len(set(rows.tolist()))
    assert (np.diff(rows) > 0).all()
    for group, size in (("us", 700), ("cn", 299), ("one", 1)):
        taken = int((groups[rows] == group).sum())
        assert taken <= size
        if count >= 3:
            assert taken >= 1
            assert abs(taken - min(1, count / 1000) * size) <= 1.5
    assert (stratified(groups, count) == rows).all()
