"""A k sweep as figures over k: distances, how good and how stable, and the clusters' sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import plotly.graph_objects as go

from core.charts.colours import GREY, OKABE_ITO, cluster_colour

_BLUE, _ORANGE, _GREEN, _PINK = OKABE_ITO[:4]
_HEIGHT = 320
_FADED = 0.38  # of a cluster that does not stay, or of which that is not known


class Swept(Protocol):
    """What is drawn of one k; core.analysis.sweep.SweptK says what each number is."""

    @property
    def k(self) -> int: ...
    @property
    def to_centre(self) -> float: ...
    @property
    def cross_published(self) -> float: ...
    @property
    def between_centres(self) -> float: ...
    @property
    def silhouette(self) -> float: ...
    @property
    def over_seeds(self) -> float: ...
    @property
    def over_resamples(self) -> float: ...
    @property
    def sizes(self) -> tuple[int, ...]: ...
    @property
    def robust(self) -> tuple[bool, ...] | None: ...


def distances(swept: Sequence[Swept], chosen: int | None) -> go.Figure:
    """Both distances, each as the reports define it and as it is usually defined.

    A frame's distance to its own centre is what the reports call the inter-cluster distance: there
    both are the same number under two names, so it is drawn once.
    """
    lines = (
        (
            "Frame to its own centre (reports: inter-cluster)",
            [one.to_centre for one in swept],
            _BLUE,
            "solid",
        ),
        (
            "Centre to centre, mean of the pairs",
            [one.between_centres for one in swept],
            _ORANGE,
            "solid",
        ),
        (
            "The same as published (reports: cross-cluster), half of it",
            [one.cross_published for one in swept],
            _ORANGE,
            "dot",
        ),
    )
    figure = _lines(swept, lines)
    figure.update_yaxes(rangemode="tozero", title="distance in the latent space")
    return _laid_out(figure, chosen)


def quality(swept: Sequence[Swept], chosen: int | None) -> go.Figure:
    """Silhouette, and how far divisions agree over seeds and over resampled frames."""
    lines = (
        ("Silhouette", [one.silhouette for one in swept], _BLUE, "solid"),
        ("Agreement over seeds", [one.over_seeds for one in swept], _GREEN, "solid"),
        ("Agreement over resampled frames", [one.over_resamples for one in swept], _PINK, "solid"),
    )
    figure = _lines(swept, lines)
    lowest = min([0.0, *(one.silhouette for one in swept if one.silhouette < 0)])
    figure.update_yaxes(range=[lowest, 1.04], title="1 is the best there can be")
    return _laid_out(figure, chosen)


def population(swept: Sequence[Swept], chosen: int | None) -> go.Figure:
    """Sizes of the clusters, sorted and stacked over k; those that stay as k grows in full."""
    figure = go.Figure()
    for place in range(max((one.k for one in swept), default=0)):
        having = [one for one in swept if one.k > place]
        figure.add_bar(
            x=[one.k for one in having],
            y=[one.sizes[place] for one in having],
            marker={
                "color": cluster_colour(place + 1),
                "opacity": [1.0 if _stays(one, place) else _FADED for one in having],
                "line": {"width": 0.5, "color": "rgba(128, 128, 128, 0.6)"},
            },
            customdata=[_said(one, place) for one in having],
            hovertemplate="k = %{x}, cluster " + str(place + 1) + ": %{y} frames"
            "<br>%{customdata}<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.15)
    figure.update_yaxes(title="frames")
    return _laid_out(figure, chosen, legend=False)


def _stays(one: Swept, place: int) -> bool:
    return one.robust is not None and one.robust[place]


def _said(one: Swept, place: int) -> str:
    if one.robust is None:
        return "whether it stays is not known for so many clusters"
    return "stays as k grows" if one.robust[place] else "changes its members as k grows"


def _lines(swept: Sequence[Swept], lines: Sequence[tuple[str, list[float], str, str]]) -> go.Figure:
    figure = go.Figure()
    for name, values, colour, dash in lines:
        figure.add_scatter(
            x=[one.k for one in swept],
            y=values,
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            marker={"size": 8},
            hovertemplate="k = %{x}: %{y:.2f}<extra>" + name + "</extra>",
        )
    return figure


def _laid_out(figure: go.Figure, chosen: int | None, legend: bool = True) -> go.Figure:
    if chosen is not None:
        figure.add_vline(chosen, line_dash="dash", line_color=GREY, line_width=1.5)
    figure.update_layout(
        height=_HEIGHT + (70 if legend else 0),
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 12}},
        margin={"l": 8, "r": 8, "t": 8, "b": 40},
        xaxis={"title": "k, the number of clusters", "dtick": 2, "fixedrange": True},
        yaxis={"fixedrange": True},
        clickmode="event+select",
        dragmode=False,
    )
    return figure
