"""Map quality: against scikit-learn's own number, and at the two ends."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core.analysis import map_quality as quality
from core.analysis.map_quality import map_quality


@pytest.fixture(scope="module")
def latents() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(300, 6)).astype(np.float32)


def test_it_is_scikit_learns_trustworthiness_and_continuity_its_mirror(latents: np.ndarray) -> None:
    places = latents[:, :2]
    found = map_quality(latents, places)
    assert found is not None
    expected = trustworthiness(latents, places, n_neighbors=15)
    assert found.trustworthiness == pytest.approx(expected, abs=1e-6)
    assert found.continuity == pytest.approx(
        trustworthiness(places, latents, n_neighbors=15), abs=1e-6
    )


def test_a_map_that_is_the_latent_space_loses_nothing(latents: np.ndarray) -> None:
    found = map_quality(latents[:, :2], 3 * latents[:, :2] + 1)
    assert found is not None
    assert (found.trustworthiness, found.continuity, found.kept) == (1, 1, 1)
    assert found.of_frame.tolist() == [1] * 300


def test_a_map_by_lot_keeps_what_chance_keeps(latents: np.ndarray) -> None:
    found = map_quality(latents, np.random.default_rng(1).normal(size=(300, 2)))
    assert found is not None
    assert found.kept == pytest.approx(15 / 299, abs=0.02)
    assert found.trustworthiness == pytest.approx(0.5, abs=0.05)


def test_one_torn_pair_shows_at_its_frames(latents: np.ndarray) -> None:
    places = latents[:, :2].copy()
    places[7] += 100
    found = map_quality(latents[:, :2], places)
    assert found is not None
    assert found.of_frame[7] < 0.6
    assert np.median(found.of_frame) > 0.9


def test_of_many_frames_some_are_measured_and_it_is_said_which(
    latents: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "_MEASURED", 200)
    found = map_quality(latents[:, :2], latents[:, :2])
    assert found is not None
    assert np.isfinite(found.of_frame).sum() == 100
    assert found.kept == 1


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_too_few_frames_have_no_quality(frames: int) -> None:
    assert map_quality(np.zeros((frames, 4)), np.zeros((frames, 2))) is None
