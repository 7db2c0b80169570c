"""Clusterings of latents: their order, their arrays, and the k that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import clustering
from core.errors import InvalidSetting


@pytest.fixture(scope="module")
def latents() -> np.ndarray:
    """Groups of 10, 30 and 20 points in 6 dimensions."""
    generator = np.random.default_rng(0)
    centres = np.repeat(generator.normal(0, 15, (3, 6)), [10, 30, 20], axis=0)
    return (centres + generator.normal(0, 1, (60, 6))).astype(np.float32)


@pytest.mark.parametrize("method", clustering.METHODS)
def test_finds_the_groups_and_orders_them_by_size(method: str, latents: np.ndarray) -> None:
    found = clustering.cluster(latents, method, 3)
    assert found.labels.tolist() == [2] * 10 + [0] * 30 + [1] * 20
    assert found.centres.shape == (3, 6)
    np.testing.assert_allclose(found.centres[0], latents[10:40].mean(axis=0), atol=1e-3)


@pytest.mark.parametrize("method", clustering.METHODS)
def test_distance_and_nearest_are_those_of_the_own_centre(method: str, latents: np.ndarray) -> None:
    found = clustering.cluster(latents, method, 5, seed=4)
    own = np.linalg.norm(latents - found.centres[found.labels], axis=1)
    np.testing.assert_allclose(found.distance, own, rtol=1e-4)
    for number, row in enumerate(found.nearest):
        members = found.labels == number
        assert found.labels[row] == number
        assert found.distance[row] == found.distance[members].min()


@pytest.mark.parametrize("method", clustering.METHODS)
def test_the_same_seed_gives_the_same_division(method: str, latents: np.ndarray) -> None:
    first, again = (clustering.cluster(latents, method, 6, seed=2) for _ in range(2))
    for name, array in first.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name])


def test_only_a_mixture_has_probabilities(latents: np.ndarray) -> None:
    assert np.isnan(clustering.cluster(latents, "kmeans", 3).probability).all()
    shares = clustering.cluster(latents, "gmm", 3).probability
    assert ((shares > 0.3) & (shares <= 1)).all()


@pytest.mark.parametrize(
    ("k", "frames", "sentence"),
    [
        (30, 12, "k = 30 is more than the 12 frames of this run; choose 2 to 11."),
        (12, 12, "k = 12 is as many as the 12 frames of this run; choose 2 to 11."),
        (1, 12, "k = 1 is too few clusters; choose 2 to 11."),
        (2, 2, "This run has 2 frames; clustering needs at least 3."),
    ],
)
def test_a_k_that_cannot_be_is_refused(k: int, frames: int, sentence: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        clustering.cluster(np.random.default_rng(0).normal(size=(frames, 4)), "kmeans", k)
    assert str(refused.value) == sentence


def test_frames_that_repeat_cannot_give_more_clusters_than_there_are_different_ones() -> None:
    repeated = np.repeat(np.eye(3), 5, axis=0)
    with pytest.raises(InvalidSetting, match="k = 4 is more than the 3 different frames"):
        clustering.cluster(repeated, "kmeans", 4)
    with pytest.raises(InvalidSetting, match="there is nothing to divide"):
        clustering.cluster(np.ones((8, 3)), "kmeans", 2)


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(InvalidSetting, match="no clustering method 'dbscan'"):
        clustering.cluster(np.zeros((9, 3)), "dbscan", 2)


def test_the_offered_k() -> None:
    assert list(clustering.offered(487)) == list(range(2, 21))
    assert list(clustering.offered(4)) == [2, 3]
    assert list(clustering.offered(2)) == []
