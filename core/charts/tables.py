"""The tables' figures for the page: ours beside the published, and the curves of the trainings."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.colours import GREY, OKABE_ITO

Entry = dict[str, Any]


def comparison(tables: dict[str, Any], table: int) -> go.Figure | None:
    """Our totals beside the published ones for each dataset; None before anything is trained.

    `report` is what core.tables.collect puts together. The axis is logarithmic where the figures
    differ by more than ten times.
    """
    entries = _done(tables, table)
    if not entries:
        return None
    places = [[e["dataset"] for e in entries], [e["title"] for e in entries]]
    theirs = [(e["theirs"] or {}).get("total") for e in entries]
    ours = [e["published"]["total"] for e in entries]
    figure = go.Figure()
    for name, values, colour in (("Published", theirs, GREY), ("Ours", ours, OKABE_ITO[0])):
        figure.add_bar(
            x=places,
            y=values,
            name=name,
            marker_color=colour,
            hovertemplate="%{y:.3f}<extra></extra>",
        )
    known = [value for value in (*theirs, *ours) if value]
    wide = max(known) > 10 * min(known)
    figure.update_layout(
        yaxis_title=f"{entries[0]['unit']}, lower is better",
        yaxis_type="log" if wide else "linear",
        barmode="group",
        **_frame(),
    )
    return figure


def curves(tables: dict[str, Any], table: int, dataset: str) -> go.Figure | None:
    """Training and held-out error over the epochs; None where no training has a curve.

    Left in the table's unit, with the published figure as a broken line; right as 255 x MSE.
    """
    entries = [e for e in _done(tables, table) if e["dataset"] == dataset and e["curve"]["epoch"]]
    if not entries:
        return None
    heads = (f"Training, {entries[0]['unit']} (broken: published)", "Held-out frames, 255 x MSE")
    figure = make_subplots(1, 2, subplot_titles=heads, horizontal_spacing=0.08)
    for entry, colour in zip(entries, OKABE_ITO, strict=False):
        curve = entry["curve"]
        _line(figure, 1, entry["title"], curve["epoch"], curve["value"], colour)
        _line(figure, 2, entry["title"], curve["held_out_epoch"], curve["held_out"], colour)
        if entry["theirs"]:
            figure.add_hline(
                entry["theirs"]["total"],
                line_dash="dash",
                line_color=colour,
                line_width=1,
                col=1,
                row=1,
            )
    figure.update_xaxes(title="Epoch")
    figure.update_yaxes(type="log")
    figure.update_layout(**_frame())
    return figure


def _line(
    figure: go.Figure, column: int, name: str, x: list[float], y: list[float], colour: str
) -> None:
    line = go.Scatter(
        x=x,
        y=y,
        name=name,
        legendgroup=name,
        showlegend=column == 1,
        line_color=colour,
        mode="lines",
    )
    figure.add_trace(line, row=1, col=column)


def _frame() -> dict[str, Any]:
    """What both figures share."""
    return {
        "legend": {"orientation": "h", "y": 1.12, "yanchor": "bottom", "x": 0},
        "margin": {"l": 60, "r": 16, "t": 60, "b": 48},
        "height": 380,
    }


def _done(tables: dict[str, Any], table: int) -> list[Entry]:
    return [e for e in tables["entries"] if e["table"] == table and e.get("published")]
