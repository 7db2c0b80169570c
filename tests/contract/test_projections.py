"""What every projection keeps to: shape, seed, honest refusals, and neighbours staying near."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import projection
from core.errors import InvalidSetting

METHODS = [  # UMAP compiles itself for ten seconds
    pytest.param(name, marks=pytest.mark.slow if name == "umap" else ())
    for name in projection.METHODS
]


@pytest.fixture(scope="module")
def latents() -> np.ndarray:
    """Three groups of 20 points, far apart in 12 dimensions."""
    generator = np.random.default_rng(3)
    centres = generator.normal(0, 20, (3, 12))
    return np.repeat(centres, 20, axis=0) + generator.normal(0, 1, (60, 12))


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_layout(method: str, latents: np.ndarray) -> None:
    first = projection.project(latents, method, seed=1)
    again = projection.project(latents, method, seed=1)
    assert first.shape == (60, 2)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_far_apart_stays_apart(method: str, latents: np.ndarray) -> None:
    placed = projection.project(latents, method)
    group = np.repeat(np.arange(3), 20)
    apart = np.linalg.norm(placed[:, None] - placed[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (group[apart.argmin(axis=1)] == group).all()


@pytest.mark.parametrize("method", METHODS)
def test_very_few_frames(method: str) -> None:
    four = np.arange(20, dtype=np.float32).reshape(4, 5) ** 1.5
    assert projection.project(four, method).shape == (4, 2)
    with pytest.raises(InvalidSetting, match="3 frames; a map needs at least 4"):
        projection.project(four[:3], method)


@pytest.mark.parametrize("method", METHODS)
def test_frames_that_are_all_alike_are_no_failure(method: str) -> None:
    placed = projection.project(np.ones((12, 5), np.float32), method)
    assert np.isfinite(placed).all()


@pytest.mark.parametrize("method", METHODS)
def test_one_latent_dimension(method: str) -> None:
    line = np.linspace(0, 1, 20, dtype=np.float32)[:, None]
    assert projection.project(line, method).shape == (20, 2)


def test_settings_have_one_form() -> None:
    assert projection.settings_of("tsne", 487) == {"perplexity": 15}
    assert projection.settings_of("tsne", 487, 15.0) == {"perplexity": 15}
    assert projection.settings_of("tsne", 20) == {"perplexity": 6}
    assert projection.settings_of("pca", 487, 15) == {}
    assert projection.largest_perplexity(487) == 50
    assert projection.largest_perplexity(109) == 36


@pytest.mark.parametrize("perplexity", [0, -1, 40, float("nan"), float("inf")])
def test_a_perplexity_that_cannot_be(perplexity: float) -> None:
    with pytest.raises(InvalidSetting, match="with 40 frames; choose 5 to 13"):
        projection.settings_of("tsne", 40, perplexity)


def test_an_unknown_projection_is_named() -> None:
    with pytest.raises(InvalidSetting, match="no projection 'som'; choose from tsne, umap, pca"):
        projection.project(np.zeros((9, 3)), "som")
