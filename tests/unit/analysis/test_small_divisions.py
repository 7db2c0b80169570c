"""A few frames, or frames that are all alike, are divided as far as they differ."""

import numpy as np
import pytest

from core.analysis import clustering
from core.errors import InvalidSetting
from core.text.alignment import one_frame_per_segment
from core.text.segments import Segment


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("frames", [4, 6, 10])
@pytest.mark.parametrize("k", [2, 3])
def test_no_cluster_of_a_mixture_is_empty(frames, k, seed) -> None:
    """A still picture: its latents differ by what the arithmetic leaves."""
    latents = 1 + 1e-6 * np.random.default_rng(seed).normal(size=(frames, 16))
    try:
        division = clustering.cluster(latents.astype(np.float32), "gmm", k)
    except InvalidSetting as refused:
        assert str(refused).endswith("nothing to divide.")
        return
    sizes = np.bincount(division.labels, minlength=len(division.centres))
    assert sizes.min() >= 1 and sizes.sum() == frames
    assert division.membership.shape == (frames, len(sizes))
    np.testing.assert_allclose(division.membership.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
def test_equal_frames_say_how_many_differ(method) -> None:
    two = np.repeat(np.eye(2, 8, dtype=np.float32), 4, axis=0)
    with pytest.raises(InvalidSetting, match="more than the 2 different frames"):
        clustering.cluster(two, method, 3)


def test_hdbscan_says_what_it_needs() -> None:
    with pytest.raises(InvalidSetting, match="4 frames; HDBSCAN needs at least 6"):
        clustering.check("hdbscan", 0, 4, 3)


def test_a_segment_takes_the_nearest_frame_that_there_is() -> None:
    said = [Segment(start, start + 1, "a") for start in (4.0, 6.1, 9.0, 12.0)]
    assert one_frame_per_segment(said, 3, 2.0, [4.0, 6.0, 12.0]) == [0, 1, 1, 2]
