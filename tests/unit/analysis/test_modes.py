"""Modes of drawn latents: in the denser group and not between, with the frames behind them."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.modes import mode_near, modes

BLOCKS = {"appearance": 3, "content": 2, "words": 2}


def _groups(*sizes: int) -> np.ndarray:
    """(N, 7): tight groups at 0, 10, 20, ... in what frames show; words are noise."""
    drawn = np.random.default_rng(0)
    places = np.repeat(10.0 * np.arange(len(sizes)), sizes)[:, None]
    shown = places + drawn.normal(0, 0.1, (sum(sizes), 5))
    return np.hstack([shown, drawn.normal(0, 100, (sum(sizes), 2))]).astype(np.float32)


def test_the_first_mode_lies_in_the_larger_group_and_not_between() -> None:
    latents = _groups(60, 140)
    first, second = modes(latents, BLOCKS)[:2]
    assert (first.share, second.share) == pytest.approx((0.7, 0.3), abs=0.15)
    assert first.place[:5] == pytest.approx(10, abs=0.5)
    assert second.place[:5] == pytest.approx(0, abs=0.2)
    assert latents.mean(axis=0)[:5] == pytest.approx(7, abs=0.2)  # what was decoded before


def test_at_most_three_are_kept_and_the_same_each_time() -> None:
    latents = _groups(10, 20, 30, 25, 15)
    found = modes(latents, BLOCKS)
    assert [round(float(mode.place[0]), -1) for mode in found] == [20, 30, 10]
    for mode, again in zip(found, modes(latents, BLOCKS), strict=True):
        np.testing.assert_array_equal(mode.place, again.place)


def test_one_frame_equal_frames_and_none() -> None:
    one = _groups(1)
    (only,) = modes(one, BLOCKS)
    assert only.share == 1
    np.testing.assert_allclose(only.place, one[0], rtol=1e-6)
    (same,) = modes(np.repeat(one, 9, axis=0), BLOCKS)
    assert same.share == 1
    np.testing.assert_allclose(same.place, one[0], rtol=1e-6)
    assert modes(one[:0], BLOCKS) == []


def test_repeats_of_a_still_picture_do_not_hide_a_group() -> None:
    latents = np.vstack([np.repeat(_groups(1), 40, axis=0), _groups(0, 20)])
    first, second = modes(latents, BLOCKS)[:2]
    assert (first.share, second.share) == pytest.approx((2 / 3, 1 / 3), abs=0.15)


def test_a_model_of_one_block_is_measured_by_all_of_it() -> None:
    first, second = modes(_groups(10, 30)[:, :5], {"latent": 5})[:2]
    assert (first.share, second.share) == pytest.approx((0.75, 0.25), abs=0.15)


def test_many_frames_are_stood_for_by_some() -> None:
    first, second = modes(_groups(3000, 1000), BLOCKS)[:2]
    assert (first.share, second.share) == pytest.approx((0.75, 0.25), abs=0.15)


def test_a_kind_of_many_shots_comes_before_one_long_shot() -> None:
    drawn = np.random.default_rng(0)
    kind = np.hstack([drawn.normal(0, 9, (12, 3)), drawn.normal(0, 1, (12, 2)), np.zeros((12, 2))])
    latents = np.vstack([np.repeat(kind, 3, axis=0), [[0, 0, 0, 6, 6, 0, 0]] * 6])
    latents += drawn.normal(0, 0.01, (42, 7))
    first, second = modes(latents.astype(np.float32), BLOCKS)[:2]
    assert np.abs(first.place[3:5]).max() < 2
    assert second.place[3:5] == pytest.approx(6, abs=0.1)
    assert first.share < second.share == pytest.approx(6 / 42)


def test_the_usual_kind_is_of_a_frequent_mode() -> None:
    drawn = np.random.default_rng(0)
    most, one = drawn.normal(0, 0.3, (6, 7)), np.array([[30, 30, 30, 0, 0, 0, 0]])
    most[:, 3:5] *= 3  # the single frame has the most central content
    first = modes(np.vstack([one, most]).astype(np.float32), BLOCKS)[0]
    assert first.place[:3] == pytest.approx(0, abs=1)


def test_the_mode_near_a_place_lies_among_frames_of_one_group() -> None:
    latents = _groups(20, 20)
    place = mode_near(latents, 0.6 * latents[30] + 0.4 * latents[5], BLOCKS)
    assert place[:5] == pytest.approx(10, abs=0.5)
    np.testing.assert_allclose(mode_near(latents, latents[5], BLOCKS)[:5], 0, atol=0.5)
    np.testing.assert_array_equal(mode_near(latents[:1], latents[30], BLOCKS), latents[0])
    same = np.repeat(latents[:1], 4, axis=0)
    np.testing.assert_allclose(mode_near(same, latents[30], BLOCKS), latents[0], rtol=1e-6)
