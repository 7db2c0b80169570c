"""How far two maps agree on who is near: the same map, a shuffled one, equal places."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.map_agreement import map_agreement


def test_turned_and_stretched_a_map_keeps_all_neighbours() -> None:
    places = np.random.default_rng(0).normal(size=(200, 2))
    found = map_agreement(places, 7 * places @ np.array([[0, 1], [-1, 0]]) + 3)
    assert (found.neighbours, found.kept) == (15, 1) and (found.of_frame == 1).all()


def test_a_shuffled_map_keeps_as_many_as_chance_has() -> None:
    drawn = np.random.default_rng(1)
    places = drawn.normal(size=(600, 2))
    found = map_agreement(places, drawn.permutation(places))
    assert found.chance == pytest.approx(15 / 599)
    assert found.kept == pytest.approx(found.chance, abs=0.01)


def test_only_the_frames_that_moved_lose_neighbours() -> None:
    heaps = np.repeat([[0.0, 0], [9, 0], [0, 9]], 40, axis=0)
    places = heaps + np.random.default_rng(2).normal(0, 0.1, (120, 2))
    moved = places.copy()
    moved[:5] += (9, 9)
    found = map_agreement(places, moved)
    assert found.of_frame[:5].max() < 0.4 < 0.75 < found.of_frame[5:].mean()
    assert (found.of_frame[40:] == 1).all()


def test_equal_places_are_no_fault_and_few_frames_no_answer() -> None:
    assert map_agreement(np.zeros((40, 2)), np.zeros((40, 2))).of_frame.shape == (40,)
    assert map_agreement(np.eye(2), np.eye(2)) is None
