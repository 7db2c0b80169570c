"""The sweep's figures: both definitions, sizes in order, and which clusters stay."""

from __future__ import annotations

import pytest

from core.analysis.sweep import SweptK
from core.charts import sweep as charts

SWEPT = [
    SweptK(2, 3.0, 2.0, 4.0, 0.4, (6, 4), 1.0, 0.9, (True, False)),
    SweptK(3, 2.0, 2.5, 5.0, -0.1, (5, 3, 2), 0.8, 0.7, None),
]


def test_distances_are_drawn_as_published_and_as_usually_defined() -> None:
    figure = charts.distances(SWEPT, 3)
    assert [list(line.y) for line in figure.data] == [[3.0, 2.0], [4.0, 5.0], [2.0, 2.5]]
    assert all(list(line.x) == [2, 3] for line in figure.data)
    assert figure.layout.shapes[0].x0 == 3  # the k shown now


def test_a_silhouette_below_nothing_is_in_sight() -> None:
    low, high = charts.quality(SWEPT, None).layout.yaxis.range
    assert low <= -0.1 < 1 <= high


def test_sizes_are_stacked_and_what_stays_is_in_full() -> None:
    first, second, third = charts.population(SWEPT, 2).data
    assert (list(first.x), list(first.y)) == ([2, 3], [6, 5])
    assert (list(third.x), list(third.y)) == ([3], [2])
    assert list(first.marker.opacity) == [1.0, pytest.approx(0.38)]
    assert first.customdata[0] == "stays as k grows"
    assert second.customdata[0] == "changes its members as k grows"
    assert "not known" in third.customdata[0]
