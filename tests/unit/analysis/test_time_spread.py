"""Whether a cluster is only a stretch of time, on videos laid out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.analysis.time_spread import time_spread


def _spread(*of_videos: str):
    """Each video as a word of # (in the cluster) and . (not)."""
    member = np.array([letter == "#" for letters in of_videos for letter in letters])
    video = np.repeat(range(len(of_videos)), [len(letters) for letters in of_videos])
    index = np.concatenate([np.arange(len(letters)) for letters in of_videos])
    return time_spread(member, video, index)


def test_frames_that_all_follow_each_other_are_only_a_stretch() -> None:
    found = _spread("..........", "...####...")
    assert found.only_a_stretch
    assert (found.frames, found.longest, found.stretches) == (4, 1.0, 1)
    assert (found.first, found.last) == (13, 16)
    assert found.autocorrelation > 0.5


def test_a_cluster_that_comes_back_is_more_than_that() -> None:
    found = _spread("####......", "...####...")
    assert not found.only_a_stretch
    assert (found.longest, found.stretches) == (0.5, 2)
    assert not _spread("##.##.##.#").only_a_stretch


@pytest.mark.parametrize(("letters", "only"), [("#########.#", True), ("########.#", False)])
def test_nine_tenths_are_the_limit(letters: str, only: bool) -> None:
    assert _spread(letters).only_a_stretch is only  # 9 of 10, 8 of 9


def test_one_or_two_frames_say_nothing() -> None:
    assert not _spread("...##...").only_a_stretch
    assert _spread("........") is None


def test_the_autocorrelation_is_that_of_the_next_frame() -> None:
    now = np.array([0, 1, 1, 0, 1])
    then = np.array([1, 1, 0, 1, 0])
    assert _spread(".##.#.").autocorrelation == pytest.approx(np.corrcoef(now, then)[0, 1])
    assert _spread("#.#.#.#.").autocorrelation == pytest.approx(-1.0)
    assert math.isnan(_spread("####").autocorrelation)


def test_frames_are_taken_in_the_order_of_time() -> None:
    member = np.array([True, False, True, False])
    found = time_spread(member, np.zeros(4), np.array([1, 0, 2, 3]))
    assert found is not None
    assert (found.first, found.last, found.longest) == (0, 2, 1.0)
