"""Footage that two videos share: found through noise, light and logos, and nothing else found."""

from __future__ import annotations

import cv2
import numpy as np

from core.analysis.comparison.same_pictures import prints, same_pictures, stretches
from core.pipeline.comparison.same_pictures import matches_by_pair


def _scenes(count: int, seed: int) -> np.ndarray:
    """(count, 27, 48) uint8: smooth random pictures, each unlike every other."""
    generator = np.random.default_rng(seed)
    small = generator.integers(0, 255, (count, 5, 8)).astype(np.uint8)
    return np.stack([cv2.resize(one, (48, 27), interpolation=cv2.INTER_CUBIC) for one in small])


def _found(first: np.ndarray, second: np.ndarray) -> list:
    return stretches(same_pictures(prints(first), prints(second)))


def test_a_stretch_that_runs_in_both_is_found_with_its_place_in_each() -> None:
    first, second = _scenes(40, 1), _scenes(30, 2)
    noise = np.random.default_rng(3).normal(0, 6, (9, 27, 48))
    shown = 0.8 * first[20:29] + 20 + noise  # duller, noisier, with a logo in the corner
    shown[:, 1:4, 42:47] = 250
    second[5:14] = np.clip(shown, 0, 255).astype(np.uint8)
    (stretch,) = _found(first, second)
    assert (stretch.first, stretch.second) == ((20, 28), (5, 13))
    assert stretch.pairs >= 8  # a frame may be lost to the noise
    assert stretch.best[0] - stretch.best[1] == 15
    assert 0.9 <= stretch.correlation <= 1.0


def test_a_frame_that_is_missed_does_not_break_a_stretch_and_a_gap_does() -> None:
    first, second = _scenes(30, 4), _scenes(30, 5)
    second[:5], second[6:9] = first[10:15], first[16:19]  # frame 5 differs
    second[20:24] = first[25:29]
    found = _found(first, second)
    assert [(one.first, one.second) for one in found] == [
        ((10, 18), (0, 8)),
        ((25, 28), (20, 23)),
    ]


def test_a_still_picture_in_both_is_one_stretch() -> None:
    first, second = _scenes(20, 6), _scenes(20, 7)
    first[3:9] = second[10:15] = _scenes(1, 8)
    (stretch,) = _found(first, second)
    assert (stretch.first, stretch.second, stretch.pairs) == ((3, 8), (10, 14), 30)


def test_other_pictures_and_plain_ones_are_not_the_same() -> None:
    assert _found(_scenes(60, 9), _scenes(60, 10)) == []
    black = np.full((12, 27, 48), 16, np.uint8)
    assert _found(black, black) == []
    assert prints(black).plain.all()


def test_a_long_still_studio_is_one_stretch_and_no_heap_of_pairs() -> None:
    still = np.repeat(_scenes(1, 11), 700, axis=0)
    matches = same_pictures(prints(still), prints(still))
    assert len(matches.row) == 700
    (stretch,) = stretches(matches)
    assert (stretch.first, stretch.second, stretch.pairs) == ((0, 699), (0, 699), 490_000)


def test_two_stretches_side_by_side_stay_two() -> None:
    first, second = _scenes(20, 12), _scenes(20, 13)
    second[0:4] = second[10:14] = first[5:9]  # shown twice by the second
    found = _found(first, second)
    assert [(one.first, one.second) for one in found] == [((5, 8), (0, 3)), ((5, 8), (10, 13))]


def test_many_videos_at_once_share_what_each_two_of_them_share() -> None:
    """The last frame of one lies beside the first of the next, and is no stretch with it."""
    shown = [_scenes(count, seed) for seed, count in enumerate((150, 40, 5000, 30), start=20)]
    shown[1][30:40] = shown[0][:10] = shown[2][4990:]
    shown[3][:8] = shown[2][2000:2008] = shown[0][140:148]
    marks = [prints(one) for one in shown]
    found = {(first, second): matches for first, second, matches in matches_by_pair(marks)}
    assert sorted(found) == [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)]
    for (first, second), matches in found.items():
        alone = same_pictures(marks[first], marks[second])
        for name, values in vars(alone).items():
            np.testing.assert_allclose(getattr(matches, name), values, rtol=1e-5)
        assert stretches(matches)[0].first == stretches(alone)[0].first
