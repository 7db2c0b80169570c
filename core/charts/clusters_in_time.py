"""When each cluster is on screen: one strip per video, coloured by cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.charts.comparison import text

_ROW, _EDGES, _LEGEND = 60, 120, 24  # pixels
Span = tuple[int, float, float]  # kind, start and end in seconds


def clusters_in_time(
    strips: Sequence[tuple[str, Sequence[Span]]], titles: Mapping[int, tuple[str, str]]
) -> go.Figure:
    """`strips` is each video's title and its spans; `titles` is a cluster's title and colour."""
    figure = go.Figure()
    for kind, (title, colour) in titles.items():
        spans = [
            (place, start, end)
            for place, (_, of_video) in enumerate(strips)
            for own, start, end in of_video
            if own == kind
        ]
        if spans:
            figure.add_bar(
                y=[place for place, _, _ in spans],
                base=[start / 60 for _, start, _ in spans],
                x=[(end - start) / 60 for _, start, end in spans],
                orientation="h",
                width=0.7,
                name=text(title),
                marker={"color": colour, "line": {"width": 0}},
            )
    figure.update_layout(
        barmode="overlay",
        bargap=0.2,
        height=max(_EDGES + _ROW * len(strips), 40 + _LEGEND * len(titles)),
        xaxis={"title": "minutes"},
        yaxis={
            "tickvals": list(range(len(strips))),
            "ticktext": [text(title) for title, _ in strips],
            "autorange": "reversed",
            "automargin": True,
        },
        margin={"l": 12, "r": 12, "t": 12, "b": 48},
    )
    return figure
