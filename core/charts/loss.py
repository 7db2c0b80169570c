"""The loss curves of a training as Plotly figures; it knows nothing of where metrics are kept."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from models.units import PIXEL_ERROR

Point = tuple[float, float | None, int]  # on the axis, the error (None: a gap), step
_TRAIN, _HELD_OUT, _TEXT, _BOUND = "#0072B2", "#D55E00", "#009E73", "#CC79A7"


def loss_curve(metrics: list[dict[str, Any]]) -> go.Figure:
    """Training and held-out error against seconds, both in the published unit, on a log scale.

    Each metric holds step, epoch, seconds, error_train, error_held_out (or None) and phase; where
    seconds are missing the steps are the axis. Phases follow each other, each a line of its own.
    """
    axis = _axis(metrics)
    figure = go.Figure()
    for key, name, colour in (
        ("error_train", "Training frames", _TRAIN),
        ("error_held_out", "Held-out frames", _HELD_OUT),
    ):
        points = _points(metrics, axis, key)
        if points:
            figure.add_trace(_line(points, name, colour))
    _lay_out(figure, axis, f"Error, {PIXEL_ERROR}", 340)
    figure.update_layout(yaxis_dtick=_ticks(metrics, "error_train", "error_held_out"))
    return figure


def text_curve(metrics: list[dict[str, Any]]) -> go.Figure | None:
    """The words' error in training on the same axis, or None for a model without words.

    It is the mean squared error of word vectors, as each metric's `text` holds it.
    """
    figure = _curve(
        metrics, "text", ("Words of training frames", _TEXT, ".4f"), "Error of the words, MSE"
    )
    if figure is not None:
        figure.update_layout(yaxis_dtick=_ticks(metrics, "text"))
    return figure


def bound_curve(metrics: list[dict[str, Any]]) -> go.Figure | None:
    """The evidence lower bound of training batches on the same axis; None without a likelihood.

    In nats a picture, as each metric's `elbo` holds it: a bound on the log density, so that it is
    above zero where the noise is small.
    """
    line = "Evidence lower bound, training frames", _BOUND, ",.0f"
    figure = _curve(metrics, "elbo", line, "ELBO, nats a picture")
    if figure is not None:
        figure.update_yaxes(type="linear")
    return figure


def _curve(
    metrics: list[dict[str, Any]], key: str, line: tuple[str, str, str], title: str
) -> go.Figure | None:
    """A low figure of one line, or None where nothing is kept of it."""
    axis = _axis(metrics)
    points = _points(metrics, axis, key)
    if not points:
        return None
    figure = go.Figure(_line(points, *line))
    _lay_out(figure, axis, title, 220)
    return figure


def _axis(metrics: list[dict[str, Any]]) -> str:
    return "seconds" if all(m.get("seconds") is not None for m in metrics) else "step"


def _lay_out(figure: go.Figure, axis: str, title: str, height: int) -> None:
    figure.update_layout(
        xaxis_title="Time, s" if axis == "seconds" else "Step",
        yaxis_title=title,
        yaxis_type="log",
        hovermode="x unified",
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 60, "r": 16, "t": 36, "b": 48},
        height=height,
        uirevision="loss",  # a zoom survives the next report
    )


def _ticks(metrics: list[dict[str, Any]], *keys: str) -> str | None:
    """Ticks at 1, 2 and 5 of each decade; Plotly's choice where the errors span less than one."""
    errors = [m[key] for m in metrics for key in keys if m.get(key)]
    return "D2" if errors and max(errors) >= 10 * min(errors) else None


def _points(metrics: list[dict[str, Any]], axis: str, key: str) -> list[Point]:
    """What is drawn of `key`; a later phase begins where the one before it ended, after a gap."""
    points: list[Point] = []
    began, before = 0.0, metrics[0] if metrics else {}
    for said in metrics:
        if said.get("phase") != before.get("phase"):
            began += before[axis]
            points.append((began, None, 0))
        if said.get(key) is not None:
            points.append((began + said[axis], said[key], said.get("step", 0)))
        before = said
    return points if any(point[1] is not None for point in points) else []


def _line(points: list[Point], name: str, colour: str, digits: str = ".3f") -> go.Scatter:
    x, y, steps = zip(*points, strict=True)
    return go.Scatter(
        x=x,
        y=y,
        customdata=list(steps),
        name=name,
        mode="lines+markers" if len(points) < 40 else "lines",
        line={"color": colour, "width": 2.5},
        marker={"size": 5},
        hovertemplate=f"%{{y:{digits}}} at step %{{customdata}}<extra>{name}</extra>",
    )
