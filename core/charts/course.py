"""Lines over time with the band of their interval, one for each group, as a Plotly figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.charts.comparison import faded, text

_BAND = 0.18  # opacity: two bands over each other are still told apart


@dataclass(frozen=True)
class Line:
    """One group over B bins; NaN where there is nothing, or no interval."""

    name: str
    colour: str
    values: np.ndarray  # (B,)
    low: np.ndarray
    high: np.ndarray
    said: Sequence[str]  # of each bin, shown on hover


def course_chart(
    bins: Sequence[str], lines: Sequence[Line], across: str, up: str, suffix: str, dates: bool
) -> go.Figure:
    """The lines over `bins`, which are dates or names; `across` and `up` name the axes."""
    figure = go.Figure()
    for line in lines:
        _band(figure, bins, line)
        name = text(line.name)
        figure.add_scatter(
            x=list(bins),
            y=line.values,
            name=name,
            mode="lines+markers",
            line={"color": line.colour, "width": 2.5},
            marker={"color": line.colour, "size": 7},
            text=[text(one) for one in line.said],
            hovertemplate=f"%{{x}}: %{{y:.1f}}{suffix}<br>%{{text}}<extra>{name}</extra>",
        )
    figure.update_layout(
        height=340,
        margin={"l": 8, "r": 16, "t": 32, "b": 48},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": text(across)}, "type": "date" if dates else "category"},
        yaxis={"title": {"text": text(up)}, "ticksuffix": suffix, "rangemode": "tozero"},
    )
    return figure


def _band(figure: go.Figure, bins: Sequence[str], line: Line) -> None:
    """Between low and high, in pieces: where there is no interval there is no band."""
    there = ~np.isnan(line.low)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    for start, end in edges.reshape(-1, 2).tolist():
        x = list(bins[start:end])
        figure.add_scatter(
            x=x + x[::-1],
            y=np.concatenate([line.high[start:end], line.low[start:end][::-1]]),
            fill="toself",
            fillcolor=faded(line.colour, _BAND),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            showlegend=False,
        )
