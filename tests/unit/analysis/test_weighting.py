"""Weights between a latent's blocks: one form, distances as by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import clustering, weighting
from core.config import PRESETS
from core.errors import InvalidSetting
from core.records import Run

BLOCKS = {"appearance": 3, "content": 2, "words": 1}
WEIGHTS = {"appearance": 0.25, "content": 2.0}


@pytest.fixture
def latents() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)


def _by_hand(latents: np.ndarray, weights: dict[str, float]) -> np.ndarray:
    """(N, N) weighted distances, summed block by block."""
    squared, start = np.zeros((len(latents), len(latents))), 0
    for name, size in BLOCKS.items():
        part = latents[:, start : start + size].astype(np.float64)
        apart = np.square(part[:, None] - part[None]).sum(axis=2)
        squared += weights.get(name, 1.0) * apart
        start += size
    return np.sqrt(squared)


def test_distances_are_those_summed_block_by_block(latents: np.ndarray) -> None:
    points = weighting.weighted(latents, BLOCKS, WEIGHTS)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.testing.assert_allclose(apart, _by_hand(latents, WEIGHTS), atol=1e-5)
    assert points.dtype == np.float32


@pytest.mark.parametrize("weights", [{}, WEIGHTS, {"appearance": 0.0, "words": 10.0}])
def test_the_nearest_rows_are_those_by_hand(
    latents: np.ndarray, weights: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weighting, "_AT_ONCE", 7)  # several steps, the last one short
    apart = _by_hand(latents, weights)
    np.fill_diagonal(apart, np.inf)
    for row in (0, 17, 39):
        found = weighting.nearest(latents, row, BLOCKS, weights, count=5)
        assert found.tolist() == apart[row].argsort()[:5].tolist()
    assert weighting.nearest(latents[:3], 0, BLOCKS, weights).shape == (2,)


def test_a_weight_of_0_leaves_its_block_out(latents: np.ndarray) -> None:
    weights = {"appearance": 0.0}
    other = latents.copy()
    other[:, :3] = 1e3
    np.testing.assert_array_equal(
        weighting.weighted(latents, BLOCKS, weights), weighting.weighted(other, BLOCKS, weights)
    )
    assert (weighting.weighted(latents, BLOCKS, weights)[:, :3] == 0).all()


def test_without_weights_the_latents_are_given_back(latents: np.ndarray) -> None:
    assert weighting.weighted(latents, BLOCKS, {}) is latents


def test_latents_of_another_size_are_refused(latents: np.ndarray) -> None:
    with pytest.raises(InvalidSetting, match="have 6 numbers, its latents 5"):
        weighting.weighted(latents[:, :5], BLOCKS, WEIGHTS)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"appearance": 1, "content": 1.0, "words": 1.0001}, {}),
        ({"words": 0, "content": 2, "appearance": 1}, {"content": 2.0, "words": 0.0}),
    ],
)
def test_weights_have_one_form(given: dict[str, float], expected: dict[str, float]) -> None:
    found = weighting.normalised(BLOCKS, given)
    assert found == expected
    assert list(found) == [name for name in BLOCKS if name in expected]
    assert weighting.read(weighting.written(found)) == found


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"colour": 1}, "no block 'colour'; choose from appearance, content, words"),
        ({"words": -1}, "words must lie between 0 and 10; -1 was given"),
        ({"words": 10.5}, "between 0 and 10; 10.5 was given"),
        ({"words": float("nan")}, "between 0 and 10; nan was given"),
        ({"appearance": 0, "content": 0, "words": 0}, "All weights are 0"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights: dict[str, float], sentence: str) -> None:
    with pytest.raises(InvalidSetting, match=sentence):
        weighting.normalised(BLOCKS, weights)


def test_a_latent_of_one_block_has_nothing_to_weigh() -> None:
    assert weighting.normalised({"latent": 0}, {}) == {}
    with pytest.raises(InvalidSetting, match="one block"):
        weighting.normalised({"latent": 64}, {"latent": 2})


@pytest.mark.parametrize("text", ["content", "content=", "=1", "content=much", "words=1,words=2"])
def test_words_that_are_no_weights_are_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="BLOCK=NUMBER"):
        weighting.read(text)


def test_spaces_and_a_last_comma_do_no_harm() -> None:
    assert weighting.read(" content = 2 , words=0, ") == {"content": 2.0, "words": 0.0}
    assert weighting.read("") == {}


@pytest.mark.parametrize("model", sorted(PRESETS))
def test_the_blocks_of_every_model_are_its_whole_latent(model: str) -> None:
    for preset in PRESETS[model].values():
        assert sum(preset.model.blocks.values()) == preset.model.latent_size


def test_a_run_has_its_models_blocks() -> None:
    config = PRESETS["compact"]["fast"].to_json()
    run = Run("r", "n", "compact", "fast", "done", ("v",), config, latent_size=6)
    assert weighting.blocks_of(run) == {"latent": 6}  # of the latents that there are
    ours = PRESETS["affinity"]["fast"]
    run = Run("r", "n", "affinity", "fast", "done", ("v",), ours.to_json())
    assert weighting.blocks_of(run) == ours.model.blocks
    assert list(ours.model.blocks) == ["appearance", "content", "words"]
    for foreign in ({}, {**config, "model": {"name": "of-tomorrow"}}):
        kept = Run("r", "n", "of-tomorrow", "fast", "done", ("v",), foreign, latent_size=9)
        assert weighting.blocks_of(kept) == {"latent": 9}


@pytest.mark.parametrize("method", clustering.METHODS)
def test_clusters_are_divided_and_measured_by_the_weights(method: str) -> None:
    """Two groups in the content, three in the appearance: the weights say which are found."""
    generator = np.random.default_rng(1)
    latents = generator.normal(0, 0.2, (60, 6))
    by_appearance, by_content = np.arange(60) % 3, np.arange(60) % 2
    latents[:, 0] += 10 * by_appearance
    latents[:, 3] += 6 * by_content
    for weights, groups, k in (
        ({"appearance": 0.0}, by_content, 2),
        ({"content": 0.0, "words": 0.0}, by_appearance, 3),
    ):
        measured = weighting.weighted(latents, BLOCKS, weights)
        asked, smallest = (0, 8) if method == "hdbscan" else (k, 0)
        found = clustering.cluster(latents, method, asked, 0, measured, smallest)
        assert len({(a, b) for a, b in zip(found.labels, groups, strict=True)}) == k
        for number in range(k):  # the unweighted mean: what can be decoded
            members = latents[found.labels == number]
            np.testing.assert_allclose(found.centres[number], members.mean(axis=0), atol=1e-4)
        own = weighting.weighted(found.centres, BLOCKS, weights)[found.labels]
        apart = np.linalg.norm(measured - own, axis=1)
        np.testing.assert_allclose(found.distance, apart, atol=1e-5)
        for number, row in enumerate(found.nearest):
            assert found.labels[row] == number
            assert found.distance[row] == found.distance[found.labels == number].min()


@pytest.mark.parametrize("method", clustering.METHODS)
def test_measuring_the_latents_themselves_changes_nothing(method: str, latents: np.ndarray) -> None:
    k, smallest = (0, 3) if method == "hdbscan" else (4, 0)
    plain = clustering.cluster(latents, method, k, 1, smallest=smallest)
    same = clustering.cluster(latents, method, k, 1, measured=latents, smallest=smallest)
    assert same.labels.tolist() == plain.labels.tolist()
    np.testing.assert_allclose(same.distance, plain.distance, rtol=0.05)
    np.testing.assert_allclose(same.centres, plain.centres, atol=0.05)
