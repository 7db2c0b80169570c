"""Densities of two groups on a map, against scipy; and the figures drawn of a comparison."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.analysis.comparison.kde import densities
from core.charts.comparison import Part, difference_map, parts_chart, text


@pytest.fixture
def two_groups() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(4)
    places = np.r_[generator.normal(0, 1, (300, 2)), generator.normal(4, 1.5, (200, 2))]
    return places, np.repeat([0, 1], [300, 200])


def test_each_density_is_scipys_and_sums_to_one(two_groups) -> None:
    places, side = two_groups
    weights = np.random.default_rng(5).choice([1.0, 2.0], len(places))
    grid = densities(places, side, weights)
    area = (grid.x[1] - grid.x[0]) * (grid.y[1] - grid.y[0])
    share = weights / weights.sum()
    spread = np.sqrt(share @ np.square(places - share @ places))
    bandwidth = 0.5 * spread * (1 / np.square(share).sum()) ** (-1 / 6)
    at = np.stack(np.meshgrid(grid.x, grid.y), axis=-1)[::8, ::8]  # (H / 8, W / 8, 2)
    for which, density in enumerate((grid.first, grid.second)):
        assert density.sum() * area == pytest.approx(1.0)
        own = side == which
        kernels = stats.norm.pdf(at[..., None, :], places[own], bandwidth).prod(axis=-1)
        expected = kernels @ (weights[own] / weights[own].sum())
        assert np.abs(density[::8, ::8] - expected).max() < 0.03 * expected.max()
    assert grid.difference.sum() == pytest.approx(0.0, abs=1e-9)


def test_the_overlap_of_the_same_is_one_and_of_strangers_none(two_groups) -> None:
    places, side = two_groups
    twice = np.r_[places, places]
    same = densities(twice, np.repeat([0, 1], 500), np.ones(1000))
    assert same.overlap == pytest.approx(1.0)
    apart = densities(places + 1000.0 * side[:, None], side, np.ones(500))
    assert apart.overlap < 0.01
    assert 0.01 < densities(places, side, np.ones(500)).overlap < 0.5


def test_a_group_without_points_has_no_map(two_groups) -> None:
    places, side = two_groups
    assert densities(places[side == 0], side[side == 0], np.ones(300)) is None


def test_points_in_one_place_still_have_a_density() -> None:
    grid = densities(np.zeros((6, 2)), np.repeat([0, 1], 3), np.ones(6))
    assert np.isfinite(grid.first).all()
    assert grid.overlap == pytest.approx(1.0)


def test_the_difference_is_drawn_as_strongly_for_one_group_as_for_the_other() -> None:
    difference = np.array([[0.5, -0.2], [0.1, 0.0]])
    points = [
        ("us", "#0072B2", np.zeros((2, 2)), ["a", "b"]),
        ("<b>cn</b>$x$", "#E69F00", np.ones((1, 2)), ["<img src=x onerror=alert(1)>"]),
    ]
    figure = difference_map(np.arange(2), np.arange(2), difference, points)
    heat, us, cn = figure.data
    assert (heat.zmin, heat.zmax) == (-0.5, 0.5)
    scale = [float(stop) for stop, _ in heat.colorscale]
    assert scale == pytest.approx([1 - stop for stop in reversed(scale)])
    assert heat.colorscale[0][1].startswith("rgba(230, 159, 0")  # the second group's
    assert heat.colorscale[-1][1].startswith("rgba(0, 114, 178")
    assert len(us.x) == 2
    assert "<" not in cn.name
    assert "$" not in cn.name
    assert "<" not in cn.text[0]
    assert "<b>" not in figure.layout.to_plotly_json().__repr__()


def test_the_chart_reads_each_cluster_against_the_whole() -> None:
    parts = [
        Part("Cluster 1", 0.73, (0.5, 0.9), "30 of 41 frames"),
        Part("<i>2</i>", 0.1, None, ""),
    ]
    figure = parts_chart(parts, "us", 0.224, "#0072B2")
    dots = figure.data[-1]
    assert list(dots.x) == pytest.approx([73.0, 10.0])
    assert list(dots.error_x.array) == pytest.approx([17.0, 0.0])
    assert list(dots.error_x.arrayminus) == pytest.approx([23.0, 0.0])
    assert figure.layout.shapes[0].x0 == pytest.approx(22.4)
    assert figure.layout.yaxis.ticktext == ("Cluster 1", "&lt;i&gt;2&lt;/i&gt;")
    assert "22.4 %" in figure.layout.annotations[0].text
    assert parts_chart(parts[1:], "us", 0.2, "#0072B2").data[-1].error_x.visible is False


def test_data_in_a_figure_is_neither_a_tag_nor_a_formula() -> None:
    assert (
        text("<a href='x'>$y$</a> & 疫苗") == "&lt;a href='x'&gt;&#36;y&#36;&lt;/a&gt; &amp; 疫苗"
    )
