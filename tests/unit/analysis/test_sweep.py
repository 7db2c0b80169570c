"""The k sweep's numbers, worked out by hand."""

import numpy as np
import pytest

from core.analysis import clustering
from core.analysis.sweep import published_range, spread

# Four pairs of points, each 2 apart, around the corners of a square with sides of 10.
CORNERS = np.array([[0, 0], [10, 0], [0, 10], [10, 10]], float)
POINTS = np.repeat(CORNERS, 2, axis=0) + np.tile([[-1.0, 0.0], [1.0, 0.0]], (4, 1))


def test_distances_as_published_and_as_usually_defined() -> None:
    # Three centres, a triangle of 3, 4 and 5: sum over pairs 12, over k (k - 1) = 6 and over 3.
    centres = np.array([[0, 0], [3, 0], [0, 4]], float)
    points = np.array([[0, 1], [3, 2], [0, 4], [0, 7]], float)  # 1, 2, 0 and 3 from their own
    found = spread(points, np.array([0, 1, 2, 2]), centres)
    assert found.to_centre == pytest.approx((1 + 2 + 0 + 3) / 4)
    assert found.cross_published == pytest.approx(2.0)
    assert found.between_centres == pytest.approx(4.0)
    assert found.sizes == (2, 1, 1)


def test_the_silhouette_of_two_pairs() -> None:
    # On a line 0, 1 | 10, 11: a = 1; b is 10.5, 9.5, 9.5, 10.5, so (b - a) / b.
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    found = spread(points, np.array([0, 0, 1, 1]), np.array([[0.5], [10.5]]))
    assert found.silhouette == pytest.approx((2 * 9.5 / 10.5 + 2 * 8.5 / 9.5) / 4)


def test_distances_and_sizes_of_each_k() -> None:
    divided = [clustering.cluster(POINTS, "kmeans", k) for k in range(2, 5)]
    found = [spread(POINTS, one.labels, one.centres) for one in divided]
    assert [one.k for one in found] == [2, 3, 4]
    four = found[-1]
    assert (four.sizes, four.to_centre) == ((2, 2, 2, 2), pytest.approx(1.0))
    # Four sides of 10 and two diagonals.
    assert four.between_centres == pytest.approx((4 * 10 + 2 * 200**0.5) / 6)
    assert four.cross_published == pytest.approx(four.between_centres / 2)
    assert four.silhouette == max(one.silhouette for one in found)


@pytest.mark.parametrize(("frames", "last"), [(378, 19), (487, 19), (109, 9), (6, 5), (2, 1)])
def test_the_published_range_of_k(frames: int, last: int) -> None:
    assert published_range(frames) == range(2, last + 1)
