"""Clusterings of latents: their order, their arrays, and the k that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import clustering, hdbscan
from core.analysis.pca_scores import pca_scores
from core.errors import InvalidSetting


@pytest.fixture(scope="module")
def latents() -> np.ndarray:
    """Groups of 10, 30 and 20 points in 6 dimensions."""
    generator = np.random.default_rng(0)
    centres = np.repeat(generator.normal(0, 15, (3, 6)), [10, 30, 20], axis=0)
    return (centres + generator.normal(0, 1, (60, 6))).astype(np.float32)


def _divided(latents: np.ndarray, method: str, k: int, seed: int = 0) -> clustering.Division:
    """`k` clusters; HDBSCAN finds them by itself."""
    if method == "hdbscan":
        return clustering.cluster(latents, method, 0, seed, smallest=5)
    return clustering.cluster(latents, method, k, seed)


@pytest.mark.parametrize("method", clustering.METHODS)
def test_finds_the_groups_and_orders_them_by_size(method: str, latents: np.ndarray) -> None:
    found = _divided(latents, method, 3)
    assert found.labels.tolist() == [2] * 10 + [0] * 30 + [1] * 20
    assert found.centres.shape == (3, 6)
    np.testing.assert_allclose(found.centres[0], latents[10:40].mean(axis=0), atol=1e-3)


@pytest.mark.parametrize("method", clustering.METHODS)
def test_distance_and_nearest_are_those_of_the_own_centre(method: str, latents: np.ndarray) -> None:
    found = _divided(latents, method, 5, seed=4)
    own = np.linalg.norm(latents - found.centres[found.labels], axis=1)
    np.testing.assert_allclose(found.distance, own, rtol=1e-4)
    for number, row in enumerate(found.nearest):
        members = found.labels == number
        assert found.labels[row] == number
        assert found.distance[row] == found.distance[members].min()


@pytest.mark.parametrize("method", clustering.METHODS)
def test_the_same_seed_gives_the_same_division(method: str, latents: np.ndarray) -> None:
    first, again = (_divided(latents, method, 6, seed=2) for _ in range(2))
    for name, array in first.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name])


def test_what_each_method_says_of_a_frame_s_place(latents: np.ndarray) -> None:
    plain, mixed, dense = (_divided(latents, method, 3) for method in clustering.METHODS)
    assert np.isnan(plain.probability).all()
    assert plain.membership.shape == dense.membership.shape == (60, 0)
    np.testing.assert_allclose(mixed.membership.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(mixed.membership.argmax(axis=1), mixed.labels)
    np.testing.assert_array_equal(mixed.membership.max(axis=1), mixed.probability)
    assert ((dense.probability > 0) & (dense.probability <= 1)).all()


def test_a_frame_halfway_between_two_clusters_belongs_to_both() -> None:
    left = np.random.default_rng(3).normal(0, 1, (40, 4)) - [4, 0, 0, 0]
    found = clustering.cluster(np.vstack([left, -left, np.zeros((1, 4))]), "gmm", 2)
    assert found.probability.argmin() == 80
    assert found.membership[80] == pytest.approx([0.5, 0.5], abs=0.05)
    assert (found.probability[:80] > clustering.BETWEEN).mean() > 0.95


def test_a_mixture_of_long_latents_leaves_no_cluster_empty_and_shrinks_none() -> None:
    """Few frames of many numbers, most of them still: what empties clusters without a floor."""
    generator = np.random.default_rng(1)
    scenes = np.repeat(generator.normal(0, 1, (12, 600)), 15, axis=0)
    still = generator.normal(0, 1, (180, 600)) * np.geomspace(1, 1e-4, 600)
    found = clustering.cluster((scenes * np.geomspace(1, 1e-3, 600) + still), "gmm", 12)
    assert np.bincount(found.labels, minlength=12).min() >= 2


def test_hdbscan_leaves_frames_in_no_cluster(latents: np.ndarray) -> None:
    away = np.random.default_rng(2).uniform(-200, 200, (4, 6))
    found = clustering.cluster(np.vstack([latents, away]), "hdbscan", 0, smallest=8)
    assert found.labels.tolist() == [2] * 10 + [0] * 30 + [1] * 20 + [-1] * 4
    assert np.isnan(found.distance[60:]).all()
    assert (found.probability[60:] == 0).all()
    np.testing.assert_allclose(found.centres[2], latents[:10].mean(axis=0), atol=1e-3)
    assert set(found.labels[found.nearest]) == {0, 1, 2}


def test_hdbscan_says_where_there_is_nothing_to_find() -> None:
    with pytest.raises(InvalidSetting, match="no two clusters of at least 9 frames"):
        clustering.cluster(np.random.default_rng(0).normal(size=(20, 4)), "hdbscan", 0, smallest=9)
    for size in (2, 11):
        with pytest.raises(InvalidSetting, match=f"3 to 10 of this run's 20 frames; {size} was"):
            clustering.cluster(np.ones((20, 4)), "hdbscan", 0, smallest=size)


@pytest.mark.parametrize("frames", [12, 109, 487, 50_000])
def test_the_sizes_that_hdbscan_is_offered_with_can_be_asked_for(frames: int) -> None:
    sizes = hdbscan.offered_min_cluster_sizes(frames)
    assert hdbscan.default_min_cluster_size(frames) in sizes
    for size in (sizes[0], sizes[-1]):
        hdbscan.check_min_cluster_size(size, frames)


def test_leading_directions_keep_the_distances() -> None:
    generator = np.random.default_rng(0)
    flat = generator.normal(size=(50, 3)) @ generator.normal(size=(3, 200))
    wide, tall = pca_scores(flat, least=3), pca_scores(flat[:, :20], least=3)
    assert wide.shape == tall.shape == (50, 3)
    for points, found in ((flat, wide), (flat[:, :20], tall)):
        own = np.linalg.norm(points[:, None] - points[None], axis=2)
        kept = np.linalg.norm(found[:, None] - found[None], axis=2)
        np.testing.assert_allclose(kept, own, atol=1e-8)
    assert pca_scores(np.ones((5, 4))).tolist() == [[0.0]] * 5


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
