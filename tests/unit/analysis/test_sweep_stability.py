"""Stability, robust clusters and the suggested k, on points whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis import clustering, stability
from core.analysis.persistence import largest_overlap, persistence_over_k
from core.analysis.suggestion import suggest
from core.analysis.sweep import SweptK


@pytest.fixture(scope="module")
def scenes() -> np.ndarray:
    """Four clear scenes of 40 frames in 5 dimensions, one after the other."""
    generator = np.random.default_rng(0)
    centres = np.repeat(generator.normal(0, 12, (4, 5)), 40, axis=0)
    return centres + generator.normal(0, 1, (160, 5))


def _swept(k: int, silhouette: float, seeds: float = 1.0, resamples: float = 1.0) -> SweptK:
    return SweptK(k, 1.0, 1.0, 2.0, silhouette, (5,) * k, seeds, resamples, (True,) * k)


def test_clear_clusters_are_stable_and_noise_is_less(scenes: np.ndarray) -> None:
    labels = clustering.cluster(scenes, "kmeans", 4).labels
    assert stability.over_seeds(scenes, labels, 4) == pytest.approx(1.0)
    assert stability.over_resamples(scenes, labels, 4) > 0.9
    noise = np.random.default_rng(1).normal(size=(160, 5))
    divided = clustering.cluster(noise, "kmeans", 9).labels
    assert stability.over_resamples(noise, divided, 9) < 0.6


def test_many_frames_are_sampled_and_still_agree(
    scenes: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stability, "AT_MOST", 60)
    labels = clustering.cluster(scenes, "kmeans", 4).labels
    assert stability.over_seeds(scenes, labels, 4) == pytest.approx(1.0)


def test_the_same_sweep_twice_is_the_same(scenes: np.ndarray) -> None:
    labels = clustering.cluster(scenes, "kmeans", 5).labels
    first, again = (stability.over_resamples(scenes, labels, 5) for _ in range(2))
    assert first == again


def test_the_overlap_of_members_by_hand() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1])
    other = np.array([0, 0, 0, 1, 1, 1])
    np.testing.assert_allclose(largest_overlap(labels, other), [3 / 4, 2 / 3])


def test_a_cluster_that_never_divides_is_robust_and_one_that_does_is_not() -> None:
    labels_of = {
        2: np.repeat([0, 1], [8, 8]),
        3: np.repeat([0, 1, 2], [8, 4, 4]),
        4: np.repeat([0, 1, 2, 3], [8, 4, 2, 2]),
        5: np.repeat([0, 1, 2, 3, 4], [8, 2, 2, 2, 2]),
    }
    # of 3 to 5 it is not known what comes later
    assert persistence_over_k(labels_of) == {2: (True, False)}


def test_of_stable_k_the_best_and_of_equals_the_smallest() -> None:
    swept = [_swept(2, 0.2), _swept(3, 0.49), _swept(4, 0.5), _swept(5, 0.7, 0.5, 0.5)]
    found = suggest(swept)
    assert found is not None
    assert found.k == 3
    assert found.reason == (
        "3 clusters: their silhouette, 0.49, is close to the highest, 0.50, of the 3 k that are "
        "stable, of 4 (agreement 1.00 over seeds, 1.00 over resampled frames); 3 of the 3 stay as "
        "k grows."
    )


def test_where_nothing_is_stable_it_is_said() -> None:
    found = suggest([_swept(2, 0.5, 0.4, 0.4), _swept(3, 0.3, 0.6, 0.7)])
    assert found is not None
    assert found.k == 3
    assert found.reason.startswith(
        "No k is stable here: 3 comes nearest, with an agreement of 0.65"
    )
    assert suggest([]) is None
    assert suggest([_swept(2, float("nan"))]) is None


def test_the_suggestion_finds_the_scenes_there_are(scenes: np.ndarray) -> None:
    from core.analysis.sweep import spread

    swept = []
    for k in range(2, 8):
        division = clustering.cluster(scenes, "kmeans", k)
        measured = spread(scenes, division.labels, division.centres)
        swept.append(
            SweptK(
                **vars(measured),
                over_seeds=stability.over_seeds(scenes, division.labels, k),
                over_resamples=stability.over_resamples(scenes, division.labels, k),
                robust=None,
            )
        )
    found = suggest(swept)
    assert found is not None
    assert found.k == 4


def test_a_row_is_read_as_it_was_written() -> None:
    for one in (_swept(3, 0.4), SweptK(2, 1, 1, 2, 0.3, (4, 1), 0.9, 0.8, None)):
        assert SweptK.from_row(one.row()) == one
    assert SweptK(2, 1, 1, 2, float("nan"), (1, 1), 1, 1, None).row()["silhouette"] is None
