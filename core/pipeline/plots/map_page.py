"""The map as one page of its own, which opens without network: Plotly's, with plotly.js inside."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from core.format import visible
from core.pipeline.plots.map_figure import map_figure
from core.pipeline.plots.run_plots import cluster_titles
from core.records import Clustering, Projection
from core.storage import Database, analyses, runs, videos

# Plotly's drawing by WebGL makes code while it runs; nothing is loaded from anywhere.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)
_STYLE = (
    "body { margin: 0; font-family: system-ui, sans-serif; color: #1d2530; background: #fff } "
    "h1 { font-size: 1.1rem; margin: 0; padding: 12px 16px; height: 1.4rem; overflow: hidden } "
    ".plot { height: calc(100vh - 3.4rem) }"
)
_ELSEWHERE = ["sendDataToCloud", "sendChartToCloud", "sendToCloud"]  # nothing leaves the page
_CONFIG = {
    "displaylogo": False,
    "scrollZoom": True,
    "responsive": True,
    "modeBarButtonsToRemove": _ELSEWHERE,
}


def map_html(
    db: Database,
    clustering: Clustering,
    projection: Projection,
    rows: Sequence[Mapping[str, Any]],
    colour: str = "cluster",
) -> bytes:
    """UTF-8. `rows` are the cluster table's, every frame; `colour` as of map_figure.

    Raises InvalidSetting for a colour that the map has not, NotFound.
    """
    every_group = [video.group for video in videos.every(db)]
    places = analyses.layout(db, projection)
    titles = cluster_titles(db, clustering)
    figure = map_figure(db, places, rows, colour, titles, every_group)
    name = runs.get(db, clustering.run_id).name
    return page(figure, f"{name}: {projection.method} map of {len(rows):,} frames")


def page(figure: go.Figure, title: str) -> bytes:
    """A page that holds nothing but this figure under a title, which is text."""
    shown = html.escape(visible(title))
    figure.update_layout(dragmode="pan", hoverlabel={"align": "left"})
    figure.update_traces(marker_line_color="white")
    plot = figure.to_html(_CONFIG, full_html=False, default_height="100%", validate=False)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{shown}</title><style>{_STYLE}</style></head>"
        f'<body><h1>{shown}</h1><div class="plot">{plot}</div></body></html>\n'
    ).encode()
