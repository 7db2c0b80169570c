"""The parts of a cluster: heaps are found, one heap has none, many frames are no fault."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.subclusters import subclusters


def heaps(*sizes: int, apart: float = 9.0, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed)
    parts = [drawn.normal(apart * place, 0.3, (size, 4)) for place, size in enumerate(sizes)]
    return np.concatenate(parts)


@pytest.mark.parametrize("sizes", [(20, 8), (9, 30, 14), (6, 7, 8, 9, 10)])
def test_heaps_are_parts_the_largest_first(sizes: tuple[int, ...]) -> None:
    found = subclusters(heaps(*sizes))
    expected = [1 + sorted(sizes, reverse=True).index(size) for size in sizes]
    np.testing.assert_array_equal(found, np.repeat(expected, sizes))


def test_of_many_frames_some_make_the_tree_and_the_rest_go_with_them() -> None:
    found = subclusters(heaps(2000, 900))
    assert np.bincount(found).tolist() == [0, 2000, 900]


@pytest.mark.parametrize("points", [np.zeros((40, 3)), heaps(11), np.zeros((0, 3))])
def test_few_or_equal_frames_have_no_parts(points: np.ndarray) -> None:
    assert not subclusters(points).any()


def test_a_few_strays_are_no_part() -> None:
    found = subclusters(np.concatenate([heaps(20, 20), np.full((2, 4), 99.0)]))
    assert found.max(initial=0) == 0 or np.bincount(found)[1:].min() >= 4
