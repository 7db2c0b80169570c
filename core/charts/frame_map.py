"""A run's map as a still figure, for print and talks: points by cluster, group or time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.colours import TIME
from core.charts.comparison import text


def kinds_map(
    places: np.ndarray, kinds: Sequence[int], titles: Mapping[int, tuple[str, str]], numbered: bool
) -> go.Figure:
    """(N, 2) `places`, each of one of `kinds`; `titles` is a kind's title and colour.

    The legend says how many points a kind has; `numbered` writes its number above its middle.
    """
    of = np.asarray(kinds)
    figure = go.Figure()
    for kind, (title, colour) in titles.items():
        own = places[of == kind]
        if not len(own):
            continue
        figure.add_scatter(
            x=own[:, 0],
            y=own[:, 1],
            mode="markers",
            name=f"{text(title)} ({len(own):,})",
            marker=_marker(colour, len(places)),
        )
        if numbered and kind:  # 0 is no cluster
            x, y = np.median(own, axis=0)
            figure.add_annotation(
                x=x,
                y=y,
                text=f"<b>{kind}</b>",
                showarrow=False,
                yshift=20,
                bgcolor="rgba(255,255,255,0.85)",
                bordercolor=colour,
                borderwidth=2,
                borderpad=3,
            )
    _lay_out(figure)
    return figure


def time_map(places: np.ndarray, times_s: Sequence[float]) -> go.Figure:
    """(N, 2) `places` in the colours of the time in their own video, in minutes."""
    minutes = np.asarray(times_s, dtype=float) / 60
    marker = {
        **_marker(minutes, len(places)),
        "colorscale": [[i / (len(TIME) - 1), colour] for i, colour in enumerate(TIME)],
        "colorbar": {"title": "minutes", "thickness": 12, "outlinewidth": 0},
    }
    figure = go.Figure(go.Scatter(x=places[:, 0], y=places[:, 1], mode="markers", marker=marker))
    _lay_out(figure)
    return figure


def _marker(colour: str | np.ndarray, points: int) -> dict:
    size = 9 if points < 800 else 6 if points < 5000 else 4
    edge = {"color": "white", "width": 0.6 if points < 5000 else 0}
    return {"color": colour, "size": size, "line": edge}


def _lay_out(figure: go.Figure) -> None:
    hidden = {"visible": False, "constrain": "domain"}
    figure.update_layout(
        height=760,
        margin={"l": 12, "r": 12, "t": 12, "b": 12},
        xaxis=hidden,
        yaxis={**hidden, "scaleanchor": "x"},
        legend={"itemsizing": "constant"},
    )
