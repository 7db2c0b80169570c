"""Above the limit a part of the frames is fitted and the rest follow; below, nothing is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from core.analysis import clustering, hdbscan, limits, neighbours, projection, sweep
from core.analysis.map_quality import map_quality

_FRAMES, _LIMIT = 900, 300


@pytest.fixture(scope="module")
def latents() -> np.ndarray:
    """(900, 12) float32: three far groups of 450, 300 and 150 frames, strewn."""
    generator = np.random.default_rng(0)
    centres = generator.normal(0, 12, (3, 12))
    kinds = generator.permutation(np.repeat([0, 1, 2], [450, 300, 150]))
    return (centres[kinds] + generator.normal(0, 1, (_FRAMES, 12))).astype(np.float32)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXACT_UP_TO", _LIMIT)
    monkeypatch.setattr(limits, "_AT_ONCE", 250)


@pytest.mark.parametrize("method", clustering.METHODS)
def test_divisions_of_a_part_and_of_all_agree(
    method: str, latents: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"k": 0, "smallest": 60} if method == "hdbscan" else {"k": 3}
    whole = clustering.cluster(latents, method, **asked)
    monkeypatch.setattr(limits, "EXACT_UP_TO", _LIMIT)
    monkeypatch.setattr(limits, "_AT_ONCE", 250)
    found = clustering.cluster(latents, method, **asked)
    np.testing.assert_array_equal(found.labels >= 0, found.distance >= 0)
    same = found.labels == whole.labels
    assert same.mean() > (0.95 if method == "hdbscan" else 0.995)
    np.testing.assert_allclose(found.centres, whole.centres, atol=0.2)
    for number, row in enumerate(found.nearest):
        assert found.distance[row] == found.distance[found.labels == number].min()


def test_density_of_a_part_counts_as_many_fewer_neighbours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(0)
    kinds = generator.permutation(np.repeat(np.arange(20), 100))
    points = generator.normal(0, 6, (20, 6))[kinds] + generator.normal(0, 1, (2_000, 6))
    whole, _ = hdbscan.fit_predict(points, 50)
    monkeypatch.setattr(limits, "EXACT_UP_TO", 200)
    found, strength = hdbscan.fit_predict(points, 50)
    assert adjusted_rand_score(whole, found) > 0.9  # 0.79 with five neighbours of the part
    np.testing.assert_array_equal(found < 0, strength == 0)


def test_rows_that_are_drawn_are_all_below_the_limit_and_the_same_ones_above(
    limited: None,
) -> None:
    assert limits.drawn(_LIMIT).tolist() == list(range(_LIMIT))
    rows = limits.drawn(_FRAMES)
    assert len(np.unique(rows)) == _LIMIT
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(rows, limits.drawn(_FRAMES))
    parts = [np.arange(_FRAMES)[part] for part in limits.slices(_FRAMES)]
    assert np.concatenate(parts).tolist() == list(range(_FRAMES))
    assert limits.said(_LIMIT) == "" and "300 of 900" in limits.said(_FRAMES)


def test_a_map_on_landmarks_keeps_the_groups_apart_and_says_so(
    latents: np.ndarray, limited: None
) -> None:
    for method in ("tsne", "umap"):
        assert projection.settings_of(method, _FRAMES)["landmarks"] == _LIMIT
        assert "landmarks" not in projection.settings_of(method, _LIMIT)
    assert "landmarks" not in projection.settings_of("pca", _FRAMES)
    placed = projection.project(latents, "tsne")
    assert placed.shape == (_FRAMES, 2) and np.isfinite(placed).all()
    quality = map_quality(latents, placed)
    assert quality is not None and quality.trustworthiness > 0.85


@pytest.mark.slow
@pytest.mark.thorough
def test_the_grid_s_map_is_as_near_as_the_tree_s(
    latents: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = latents[:200]
    tree = map_quality(some, projection.project(some, "tsne"))
    monkeypatch.setattr(projection, "_TREE_UP_TO", 0)
    grid = map_quality(some, projection.project(some, "tsne"))
    assert tree is not None and grid is not None
    assert grid.kept > tree.kept - 0.05


@pytest.mark.slow
@pytest.mark.thorough
def test_umap_of_very_many_frames_starts_from_principal_components(
    latents: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = latents[:200]
    monkeypatch.setattr(projection, "_SPECTRAL_UP_TO", 100)
    monkeypatch.setattr("umap.umap_.spectral_layout", None)  # would fail if it were asked
    quality = map_quality(some, projection.project(some, "umap"))
    assert quality is not None and quality.trustworthiness > 0.85


@pytest.mark.slow
@pytest.mark.thorough
def test_the_index_finds_nearly_all_neighbours(latents: np.ndarray) -> None:
    found = neighbours.by_index(latents, 8)
    true = neighbours.by_comparing(latents, 8)
    hits = sum(len(np.intersect1d(a, b)) for a, b in zip(found, true, strict=True))
    assert hits > 0.98 * found.size
    assert (found != np.arange(len(found))[:, None]).all()
    equal = np.zeros_like(latents[:200])  # a still picture: any other frame will do
    assert neighbours.by_index(equal, 8).shape == (200, 8)


def test_a_spread_is_that_of_all_in_one_step(latents: np.ndarray, limited: None) -> None:
    found = clustering.cluster(latents, "kmeans", 3)
    measured = sweep.spread(latents, found.labels, found.centres)
    apart = np.linalg.norm(latents - found.centres[found.labels], axis=1)
    assert measured.to_centre == pytest.approx(apart.mean(), rel=1e-5)
    assert sum(measured.sizes) == _FRAMES
