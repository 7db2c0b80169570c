"""The comparison's figures: a group's part of each cluster, and where two groups differ."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.charts.colours import GREY

_ROW, _EDGES = 30, 110  # pixels
_POINTS = 500  # drawn beside a box; of more only those that lie apart


@dataclass(frozen=True)
class Part:
    """One cluster's row: which part of it is the group's, from 0 to 1."""

    label: str
    part: float
    interval: tuple[float, float] | None
    said: str  # of frames, shown on hover


def text(label: str) -> str:
    """Data inside a figure: Plotly reads a few tags, and formulas between dollar signs."""
    return html.escape(label, quote=False).replace("$", "&#36;")


def faded(colour: str, opacity: float) -> str:
    """ "#RRGGBB" as CSS with an opacity."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def parts_chart(parts: Sequence[Part], group: str, overall: float, colour: str) -> go.Figure:
    """The group's part of every cluster, the first row on top, beside its part of everything.

    Whiskers are 95 % intervals; a row without one has none.
    """
    places = list(range(len(parts)))
    shares = [100 * row.part for row in parts]
    figure = go.Figure()
    figure.add_vline(100 * overall, line_dash="dash", line_color=GREY, line_width=1.5)
    for place, share in zip(places, shares, strict=True):
        figure.add_scatter(
            x=[100 * overall, share],
            y=[place, place],
            mode="lines",
            line={"color": colour, "width": 3},
            opacity=0.45,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=shares,
        y=places,
        mode="markers",
        marker={"color": colour, "size": 11},
        error_x=_whiskers(parts, colour, 100),
        text=[text(row.said) for row in parts],
        hovertemplate="%{x:.1f} %<br>%{text}<extra></extra>",
    )
    figure.update_layout(
        showlegend=False,
        height=_EDGES + _ROW * len(parts),
        margin={"l": 8, "r": 16, "t": 40, "b": 48},
        xaxis={
            "title": {"text": f"Part of each cluster that is {text(group)}, % of airtime"},
            "range": [-2, 102],
            "ticksuffix": " %",
        },
        yaxis=_named(parts),
    )
    figure.add_annotation(
        x=100 * overall,
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        text=f"{text(group)} in all: {100 * overall:.1f} %",
    )
    return figure


def log_ratio_chart(rows: Sequence[Part], group: str, others: str, colour: str) -> go.Figure:
    """Each cluster's difference of log-ratios, `part` and `interval` of a row in natural
    logarithms; the axis is marked in times as much."""
    places = list(range(len(rows)))
    figure = go.Figure()
    figure.add_vline(0, line_dash="dash", line_color=GREY, line_width=1.5)
    figure.add_scatter(
        x=[row.part for row in rows],
        y=places,
        mode="markers",
        marker={"color": colour, "size": 11},
        error_x=_whiskers(rows, colour, 1),
        text=[text(row.said) for row in rows],
        hovertemplate="%{text}<extra></extra>",
    )
    times = (1 / 30, 0.1, 1 / 3, 1, 3, 10, 30)
    about = f"{text(group)} against {text(others)}, each video counted once (times, log scale)"
    figure.update_layout(
        showlegend=False,
        height=_EDGES + _ROW * len(rows),
        margin={"l": 8, "r": 16, "t": 8, "b": 48},
        xaxis={
            "title": {"text": about},
            "tickvals": np.log(times),
            "ticktext": ["1/30", "1/10", "1/3", "alike", "3", "10", "30"],
            "zeroline": False,
        },
        yaxis=_named(rows),
    )
    return figure


def distances_chart(rows: Sequence[tuple[str, str, np.ndarray]]) -> go.Figure:
    """Boxes of distances from 0 to 1, the first row on top: its label, its colour, the values."""
    figure = go.Figure()
    for label, colour, values in rows:
        figure.add_box(
            x=100 * values,
            name=text(label),
            boxpoints="all" if len(values) <= _POINTS else "outliers",
            boxmean=True,
            jitter=0.5,
            pointpos=0,
            marker={"color": colour, "size": 5, "opacity": 0.6},
            line={"color": colour, "width": 1.5},
            fillcolor=faded(colour, 0.12),
            hovertemplate="%{x:.0f} %<extra></extra>",
        )
    figure.update_layout(
        showlegend=False,
        height=_EDGES + 2 * _ROW * len(rows),
        margin={"l": 8, "r": 16, "t": 8, "b": 48},
        xaxis={
            "title": {"text": "Airtime in other clusters, %"},
            "range": [-2, 102],
            "ticksuffix": " %",
        },
        yaxis={"autorange": "reversed", "automargin": True},
    )
    return figure


def difference_map(
    x: np.ndarray,
    y: np.ndarray,
    difference: np.ndarray,
    points: Sequence[tuple[str, str, np.ndarray, Sequence[str]]],
) -> go.Figure:
    """(H, W) `difference` of two densities over a map, and the points of both groups above it.

    `points` holds the group, its colour, its (N, 2) places and what is said of each; the first
    group is where the difference is positive. The colours are as strong for one group as for the
    other, and clear where there is no difference, so that they serve on light and on dark.
    """
    (first, first_colour, _, _), (second, second_colour, _, _) = points
    largest = float(np.abs(difference).max()) or 1.0
    figure = go.Figure(
        go.Heatmap(
            x=x,
            y=y,
            z=difference,
            zmin=-largest,
            zmax=largest,
            zsmooth="best",
            colorscale=_diverging(first_colour, second_colour),
            colorbar={
                "tickvals": [-largest, 0, largest],
                "ticktext": [f"more {text(second)}", "alike", f"more {text(first)}"],
                "thickness": 12,
                "outlinewidth": 0,
            },
            hoverinfo="skip",
        )
    )
    for group, colour, places, said in points:
        figure.add_trace(
            go.Scattergl(
                x=places[:, 0],
                y=places[:, 1],
                mode="markers",
                name=text(group),
                marker={
                    "color": colour,
                    "size": 6,
                    "opacity": 0.85,
                    "line": {"width": 0.6, "color": "rgba(255, 255, 255, 0.7)"},
                },
                text=[text(one) for one in said],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    hidden = {"visible": False, "constrain": "domain"}
    figure.update_layout(
        height=520,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis=hidden,
        yaxis={**hidden, "scaleanchor": "x"},
        uirevision="difference",
    )
    return figure


def _named(rows: Sequence[Part]) -> dict:
    """An axis with a row for each cluster."""
    return {
        "tickvals": list(range(len(rows))),
        "ticktext": [text(row.label) for row in rows],
        "range": [len(rows) - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
    }


def _whiskers(parts: Sequence[Part], colour: str, scale: float) -> dict:
    """Both arms from the point itself, times `scale`; 0 where there is no interval."""
    ends = [row.interval or (row.part, row.part) for row in parts]
    return {
        "type": "data",
        "symmetric": False,
        "array": [
            max(0.0, scale * (high - row.part)) for row, (_, high) in zip(parts, ends, strict=True)
        ],
        "arrayminus": [
            max(0.0, scale * (row.part - low)) for row, (low, _) in zip(parts, ends, strict=True)
        ],
        "color": colour,
        "thickness": 1.5,
        "width": 5,
        "visible": any(row.interval for row in parts),
    }


def _diverging(first: str, second: str) -> list[tuple[float, str]]:
    """Clear in the middle; the colour comes up with the root of the distance, so that faint
    differences show beside strong ones."""
    steps = (0.0, 0.04, 0.16, 0.36, 0.64, 1.0)
    lower = [(0.5 - step / 2, faded(second, 0.85 * step**0.5)) for step in reversed(steps)]
    return lower + [(0.5 + step / 2, faded(first, 0.85 * step**0.5)) for step in steps]
