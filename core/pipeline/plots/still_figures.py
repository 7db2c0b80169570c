"""A run's plots as still figures for print and talks: Matplotlib on white, no screen is needed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
import plotly.graph_objects as go
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, PercentFormatter

from core.analysis.comparison.kde import DensityGrid
from core.charts.colours import GREY
from core.charts.comparison import Part
from core.tables.canvas import canvas

_WIDTH = 12.0  # inches
_FONTS = (  # each draws what those before it have no letters for
    "Noto Sans", "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei",
)  # fmt: skip
Span = tuple[int, float, float]  # kind, start and end in seconds
Titles = Mapping[int, tuple[str, str]]  # title and colour of each kind


@contextmanager
def look() -> Iterator[None]:
    """How figures are drawn and written: any script, data never read as formulas, SVG with text."""
    there = set(font_manager.get_font_names())
    kept: dict[Any, Any] = {"text.parse_math": False, "svg.fonttype": "none", "font.size": 11}
    kept |= {"font.family": [name for name in _FONTS if name in there], "text.color": "#1d2530"}
    with matplotlib.rc_context(kept):
        yield


def still_map(drawn: go.Figure, numbered: bool = False) -> Figure:
    """The figure of core.charts.frame_map: kinds with their legend, or a measure with its scale.

    `numbered` writes a cluster's number above its middle.
    """
    figure, plot = _map(7.6)
    for trace in drawn.data:
        places, name = np.column_stack([trace.x, trace.y]), html.unescape(trace.name or "")
        shape = _marker(sum(len(one.x) for one in drawn.data))
        if trace.marker.colorscale is None:
            plot.scatter(*places.T, color=trace.marker.color, label=_label(name), **shape)
            if numbered:
                _number(plot, name, places, trace.marker.color)
            continue
        shades = LinearSegmentedColormap.from_list("", list(trace.marker.colorscale), bad=GREY)
        known = np.ma.masked_invalid(trace.marker.color)
        scatter = plot.scatter(
            places[:, 0], places[:, 1], c=known, cmap=shades, vmin=trace.marker.cmin,
            vmax=trace.marker.cmax, plotnonfinite=True, **shape,
        )  # fmt: skip
        label = html.unescape(trace.marker.colorbar.title.text or "")
        figure.colorbar(scatter, ax=plot, label=label, aspect=50).outline.set_visible(False)
    if any(trace.name for trace in drawn.data):
        _legend(plot)
    return figure


def _number(plot: Axes, name: str, places: np.ndarray, colour: str) -> None:
    number = re.match(r"(?:Cluster )?([1-9]\d*) ", name)
    if number:
        box = {"facecolor": (1, 1, 1, 0.85), "edgecolor": colour, "linewidth": 1.5, "pad": 2.5}
        plot.annotate(
            number[1], np.median(places, axis=0), (0, 14), textcoords="offset points", ha="center",
            weight="bold", bbox=box,
        )  # fmt: skip


def difference_map(grid: DensityGrid, points: Sequence[tuple[str, str, np.ndarray]]) -> Figure:
    """Two groups' densities subtracted, and `points`: group, colour and (n, 2) places of each."""
    figure, plot = _map(5.2)
    (first, first_colour, _), (second, second_colour, _) = points
    # The colour comes up with the root, so that faint differences show beside strong ones.
    steps = np.linspace(-1, 1, 4_097)
    shades = [
        to_rgba(first_colour if s > 0 else second_colour, 0.85 * abs(s) ** 0.5) for s in steps
    ]
    largest = float(np.abs(grid.difference).max()) or 1.0
    drawn = plot.imshow(
        grid.difference, ListedColormap(shades), vmin=-largest, vmax=largest, origin="lower",
        extent=(grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]), interpolation="bilinear",
    )  # fmt: skip
    for group, colour, places in points:
        plot.scatter(*places.T, color=colour, label=_label(group), **_marker(800))
    bar = figure.colorbar(drawn, ax=plot, ticks=[-largest, 0, largest], aspect=40)
    bar.ax.set_yticklabels([f"more {second}", "alike", f"more {first}"])
    bar.outline.set_visible(False)
    plot.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def clusters_in_time(strips: Sequence[tuple[str, Sequence[Span]]], titles: Titles) -> Figure:
    """`strips` is each video's title and its spans, drawn as a bar in the colours of `titles`."""
    figure, (plot,) = canvas(1, _WIDTH, max(1.2 + 0.6 * len(strips), 0.4 + 0.24 * len(titles)))
    for kind, (title, colour) in titles.items():
        spans = [
            (place, start / 60, (end - start) / 60)
            for place, (_, of_video) in enumerate(strips)
            for own, start, end in of_video
            if own == kind
        ]
        if spans:
            rows, starts, lengths = zip(*spans, strict=True)
            plot.barh(rows, lengths, 0.7, starts, color=colour, label=_label(title))
    plot.set_yticks(range(len(strips)), [title for title, _ in strips])
    plot.invert_yaxis()
    plot.set_xlabel("minutes")
    plot.grid(visible=False, axis="y")
    _legend(plot)
    return figure


def parts_chart(parts: Sequence[Part], group: str, overall: float, colour: str) -> Figure:
    """The group's part of every cluster, the first row on top, beside its part of everything.

    Whiskers are 95 % intervals; a row without one has none.
    """
    figure, (plot,) = canvas(1, _WIDTH, 1.1 + 0.3 * len(parts))
    plot.axvline(100 * overall, linestyle="--", color=GREY, linewidth=1.2)
    plot.set_title(
        f"{group} in all: {100 * overall:.1f} %", fontsize=11, x=(2 + 100 * overall) / 104
    )
    for place, row in enumerate(parts):
        plot.plot([100 * overall, 100 * row.part], [place] * 2, color=colour, alpha=0.45, lw=2.2)
        plot.plot(100 * row.part, place, "o", color=colour, markersize=8)
        if row.interval:
            ends = [100 * end for end in row.interval]
            plot.plot(ends, [place] * 2, "|-", color=colour, lw=1.2, markersize=8)
    plot.set_yticks(range(len(parts)), [row.label for row in parts])
    plot.set_ylim(len(parts) - 0.5, -0.5)
    plot.set_xlim(-2, 102)
    plot.xaxis.set_major_formatter(PercentFormatter(symbol=" %"))
    plot.set_xlabel(f"Part of each cluster that is {group}, % of airtime")
    plot.grid(visible=False, axis="y")
    plot.grid(visible=True, axis="x", color="#E5E7EB", linewidth=0.6)
    return figure


def curves(chart: go.Figure) -> Figure:
    """The lines of a chart of core.charts.loss, with its axes."""
    figure, (plot,) = canvas(1, _WIDTH, chart.layout.height / 100)
    for line in chart.data:
        values = [np.nan if value is None else value for value in line.y]
        marker = "o" if "markers" in line.mode else ""
        plot.plot(
            line.x, values, marker=marker, markersize=3, color=line.line.color, label=line.name
        )
    plot.set_yscale("log")
    plot.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    plot.yaxis.set_major_formatter("{x:g}")
    plot.yaxis.set_minor_formatter(NullFormatter())
    plot.set_xlabel(chart.layout.xaxis.title.text)
    plot.set_ylabel(chart.layout.yaxis.title.text)
    plot.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def _map(height: float) -> tuple[Figure, Axes]:
    """A plot without axes: distances on a map are not to scale."""
    figure, (plot,) = canvas(1, _WIDTH, height)
    plot.set_aspect("equal", adjustable="datalim")
    plot.set_axis_off()
    return figure, plot


def _marker(points: int) -> dict[str, Any]:
    """Fewer points are larger, with a white edge."""
    size = 42 if points < 800 else 19 if points < 5_000 else 8
    return {"s": size, "edgecolors": "white", "linewidths": 0.5 if points <= 5_000 else 0}


def _legend(plot: Axes) -> None:
    plot.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _label(title: str) -> str:
    """Matplotlib leaves out what begins with an underscore: a sign of no width stands before."""
    return f"\u200b{title}" if title.startswith("_") else title
