"""Frames divided anew within a division: who keeps a number, what is new, how many parts."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import reclustering
from core.errors import InvalidSetting

_CENTRES = (0, 1, 2, 5, 6)  # of heaps of 20 frames each, far from each other


@pytest.fixture
def latents() -> np.ndarray:
    drawn = np.random.default_rng(0)
    return np.concatenate([drawn.normal(centre, 0.05, (20, 3)) for centre in _CENTRES])


def sizes(made: reclustering.Reclustered) -> list[int]:
    return np.bincount(made.division.labels + 1).tolist()


def test_a_cluster_falls_into_its_heaps_and_the_others_stay(latents: np.ndarray) -> None:
    numbers = np.repeat([1, 1, 2, 0, 3], 20)
    made = reclustering.recluster(latents, numbers, np.flatnonzero(numbers == 1), 2)
    assert made.new == (1, 4)  # its own number is free, then the next
    assert sizes(made) == [20, 20, 20, 20, 20]
    labels = made.division.labels
    np.testing.assert_array_equal(labels[40:60], 1)
    np.testing.assert_array_equal(labels[60:80], -1)
    assert np.isnan(made.division.distance[60:80]).all()
    for number in range(4):
        own = latents[labels == number]
        np.testing.assert_allclose(made.division.centres[number], own.mean(axis=0), atol=1e-5)
        assert labels[made.division.nearest[number]] == number


def test_a_selection_takes_from_several_and_no_number_is_left_out(latents: np.ndarray) -> None:
    numbers = np.repeat([1, 2, 3, 7, 7], 20)  # 4 to 6 were merged into 3
    made = reclustering.recluster(latents, numbers, np.arange(10, 60), 3)
    assert sizes(made)[0] == 0 and sorted(sizes(made)[1:]) == [10, 10, 20, 20, 40]
    labels = made.division.labels
    assert set(labels[:10]) == {0}  # 1 keeps its number with what is left of it
    assert made.new == (3, 4, 5) and set(labels[60:]) == {1}  # 7 moves to a number that is free


def test_the_weighed_latents_decide(latents: np.ndarray) -> None:
    measured = np.repeat([[0.0], [9.0]], 50, axis=0) * np.ones((1, 3))
    measured += np.random.default_rng(1).normal(0, 0.01, measured.shape)
    made = reclustering.recluster(latents, np.ones(100, int), np.arange(100), 2, 0, measured)
    assert sizes(made)[1:] == [50, 50]
    np.testing.assert_allclose(made.division.centres[0], latents[:50].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("heaps", [2, 3, 5])
def test_as_many_parts_as_heaps_are_proposed(heaps: int) -> None:
    drawn = np.random.default_rng(0)
    points = np.concatenate([drawn.normal(5 * n, 0.05, (12, 2)) for n in range(heaps)])
    found = reclustering.silhouettes(points)
    assert reclustering.proposed(found) == heaps and found[heaps] > 0.9


def test_few_or_equal_frames_are_no_proposal() -> None:
    assert reclustering.silhouettes(np.zeros((9, 2))) == {}
    assert reclustering.silhouettes(np.eye(3)) == {}
    assert reclustering.proposed({}) == 2


@pytest.mark.parametrize(
    ("parts", "frames", "sentence"),
    [(2, 2, "2 frames cannot be divided; choose 3"), (5, 5, "into 5 parts; choose 2 to 4")],
)
def test_parts_that_cannot_be_are_named(parts: int, frames: int, sentence: str) -> None:
    with pytest.raises(InvalidSetting, match=sentence):
        reclustering.check(parts, frames)


def test_rows_are_written_as_stretches() -> None:
    written = reclustering.stretches_of(np.array([5, 1, 2, 3, 9]))
    assert written == [[1, 3], [5, 5], [9, 9]]
    np.testing.assert_array_equal(reclustering.rows_of(written), [1, 2, 3, 5, 9])
