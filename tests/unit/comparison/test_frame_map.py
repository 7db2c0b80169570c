"""The one figure of the map: what is drawn of kinds, of measures, and of hostile texts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import plotly_js, routes
from core.charts import frame_map
from core.charts.plotly_js import source
from core.errors import InvalidSetting

PLACES = np.arange(12, dtype=np.float64).reshape(6, 2)


def test_each_kind_is_a_line_of_the_legend_in_its_colour() -> None:
    figure = frame_map(
        PLACES, [2, 1, 2, 0, 1, 2], title="Cluster", colours={2: "#123456"}, names={1: "street"}
    )
    assert [one.name for one in figure.data] == ["0 (1 frame)", "street (2 frames)", "2 (3 frames)"]
    assert figure.data[2].marker.color == "#123456"
    assert figure.data[2].x.tolist() == [0, 4, 10]
    assert {one.type for one in figure.data} == {"scattergl"}
    assert figure.layout.showlegend


def test_a_measure_has_a_scale_and_keeps_to_what_is_known() -> None:
    figure = frame_map(PLACES, np.array([0.5, 2, np.nan, 1, 1, 1]), title="Error")
    (points,) = figure.data
    assert (points.marker.cmin, points.marker.cmax) == (0.5, 2.0)
    assert points.marker.colorbar.title.text == "Error"
    unknown = frame_map(PLACES, np.full(6, np.nan)).data[0].marker
    assert unknown.cmax > unknown.cmin
    assert frame_map(PLACES, np.ones(6)).data[0].marker.cmax == 2


def test_positions_travel_as_single_precision_arrays() -> None:
    sent = json.loads(frame_map(PLACES).to_json())["data"][0]
    assert set(sent["x"]) == {"dtype", "bdata"}
    assert sent["x"]["dtype"] == "f4"


def test_points_grow_smaller_as_there_are_more() -> None:
    sizes = [frame_map(np.zeros((n, 2))).data[0].marker.size for n in (10, 900, 5_000, 20_000)]
    assert sizes == [10, 8, 6, 4]


def test_texts_are_never_markup_nor_formulas() -> None:
    hostile = "<img src=x>$\\href{javascript:alert(1)}{x}$%{x}"
    figure = frame_map(PLACES, [hostile] * 6, title=hostile, said=[hostile] * 6)
    sent = figure.to_json().replace("\\u003c", "<")
    assert "<img" not in sent
    assert "$" not in sent
    assert figure.data[0].hovertemplate == "%{text}<extra></extra>"  # texts are no templates


def test_one_value_for_each_place() -> None:
    with pytest.raises(InvalidSetting, match="6 places and 2 values"):
        frame_map(PLACES, [1, 2])


def test_plotly_is_served_from_the_installed_package_for_ever() -> None:
    client = TestClient(Starlette(routes=routes(lambda _: pytest.fail("needs no library"))))
    plain = client.get(plotly_js.ADDRESS, headers={"Accept-Encoding": "identity"})
    packed = client.get(plotly_js.ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert plain.content == packed.content == source()
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert client.get("/api/plotly/0.0.1.js").status_code == 404
