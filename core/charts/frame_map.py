"""The map of frames as a Plotly figure: page, report, notebook and file are all drawn from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts.colours import CLUSTERS, GREY, TIME
from core.charts.comparison import text
from core.errors import InvalidSetting
from core.format import count

# Points grow smaller as there are more: up to so many frames, diameter in pixels.
_SIZES = ((800, 10), (3_000, 8), (20_000, 6))
_SMALLEST = 4
_RIMMED = 5_000  # frames; of more, points have no rim
_REACH = 14  # pixels from the pointer to a point that it points at
_LONGEST = 60  # letters of a kind's name
_BAR = 36  # pixels above the points, for the buttons


def frame_map(
    places: np.ndarray,
    values: Sequence[Any] | np.ndarray | None = None,
    *,
    title: str = "",
    colours: Mapping[Any, str] | None = None,
    names: Mapping[Any, str] | None = None,
    said: Sequence[str] | None = None,
) -> go.Figure:
    """The frames at `places`, (N, 2), each coloured by what `values`, (N,), says of it.

    Numbers with a fraction are a measure, on a scale with a bar (NaN is grey); anything else is a
    kind, with a line in the legend, in the colour that `colours` has for it and under the name in
    `names`. `title` says what is coloured; `said` is shown at each point, in its lines. All of
    these are texts: no markup in them has a meaning. Raises InvalidSetting where there is not one
    for each place.
    """
    places = np.asarray(places, dtype=np.float32)
    for what, listed in (("values", values), ("said", said)):
        if listed is not None and len(listed) != len(places):
            raise InvalidSetting(
                f"The map has {len(places):,} places and {len(listed):,} {what}: give one of each."
            )
    figure = go.Figure(layout=_layout(title))
    for rows, look in _traces(values, title, colours or {}, names or {}, len(places)):
        point = {"text": [_lines(said[row]) for row in rows]} if said is not None else {}
        figure.add_trace(_points(places[rows], len(places), look, point))
    return figure


def _points(
    places: np.ndarray, of: int, look: Mapping[str, Any], said: Mapping[str, Any]
) -> go.Scattergl:
    marker = {"size": _size(of), "line": {"width": 0.8 if of < _RIMMED else 0}}
    hover = {"hovertemplate": "%{text}<extra></extra>"} if said else {"hoverinfo": "none"}
    made = go.Scattergl(x=places[:, 0], y=places[:, 1], mode="markers", marker=marker)
    return made.update(**said, **hover).update(**look)


def _short(name: str) -> str:
    """As much of a name as leaves the map its room."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _lines(said: str) -> str:
    return "<br>".join(map(text, said.split("\n")))


def _size(frames: int) -> int:
    return next((size for most, size in _SIZES if frames < most), _SMALLEST)


def _layout(title: str) -> dict[str, Any]:
    axis = {"visible": False, "autorange": True}
    return {
        "hovermode": "closest",
        "hoverdistance": _REACH,
        "dragmode": "pan",
        "showlegend": bool(title),
        "legend": {"title": {"text": text(title)}, "itemsizing": "constant"},
        "margin": {"l": 0, "r": 0, "t": _BAR, "b": 0},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "xaxis": axis,
        "yaxis": {**axis, "scaleanchor": "x"},
    }


def _traces(
    values: Any, title: str, colours: Mapping[Any, str], names: Mapping[Any, str], frames: int
) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    """The rows of each trace, and its name and colours."""
    if values is None:
        yield np.arange(frames), {"marker": {"color": GREY}, "showlegend": False}
    elif np.asarray(values).dtype.kind == "f":
        yield np.arange(frames), _measure(np.asarray(values, dtype=np.float32), title)
    else:
        yield from _kinds(values, colours, names)


def _measure(values: np.ndarray, title: str) -> dict[str, Any]:
    scale = [[place / (len(TIME) - 1), colour] for place, colour in enumerate(TIME)]
    bar = {"title": {"text": text(title)}, "thickness": 12, "outlinewidth": 0}
    known = np.isfinite(values)
    low, high = (values[known].min(), values[known].max()) if known.any() else (0, 1)
    marker = {
        "color": np.where(known, values, np.nan),
        "colorscale": scale,
        "cmin": float(low),
        "cmax": float(high) if high > low else float(low) + 1,
        "colorbar": bar,
    }
    return {"marker": marker, "showlegend": False}


def _kinds(
    values: Sequence[Hashable], colours: Mapping[Any, str], names: Mapping[Any, str]
) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    rows: dict[Hashable, list[int]] = {}
    for row, value in enumerate(values):
        rows.setdefault(value, []).append(row)
    for place, kind in enumerate(sorted(rows, key=lambda one: (str(type(one)), one))):
        colour = colours.get(kind, CLUSTERS[place % len(CLUSTERS)])
        name = f"{_short(str(names.get(kind, kind)))} ({count(len(rows[kind]), 'frame')})"
        yield np.array(rows[kind]), {"marker": {"color": colour}, "name": text(name)}
