"""The figures of one training, as PNG: its map, its k sweep and its reconstructions."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image, ImageDraw

from core.tables.canvas import COLOURS, canvas, png
from core.tables.wording import ascii_label

Row = dict[str, Any]  # of core.analysis.sweep
_CAPTION_HEIGHT, _GAP = 22, 6


def map_by_group(points: np.ndarray, groups: Sequence[str], title: str) -> bytes:
    """(N, 2) places on a map, coloured by the frames' groups."""
    figure, (plot,) = canvas(1, 5.2, 4.6)
    for place, group in enumerate(dict.fromkeys(groups)):
        of_group = points[[one == group for one in groups]]
        label = ascii_label(group, f"group {place + 1}")
        plot.scatter(
            of_group[:, 0], of_group[:, 1], s=9, color=COLOURS[place % len(COLOURS)], label=label
        )
    plot.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return _map(figure, plot, title)


def map_by_time(points: np.ndarray, times_s: Sequence[float], title: str) -> bytes:
    """(N, 2) places on a map, coloured by the frames' seconds in their video."""
    figure, (plot,) = canvas(1, 5.2, 4.6)
    drawn = plot.scatter(
        points[:, 0], points[:, 1], s=9, c=np.asarray(times_s) / 60, cmap="viridis"
    )
    figure.colorbar(drawn, ax=plot, label="minute")
    return _map(figure, plot, title)


def sweep(rows: Sequence[Row], title: str) -> bytes:
    """The reports' three plots over k: both distances as published, and the clusters' sizes."""
    every_k = [row["k"] for row in rows]
    figure, (inside, between, population) = canvas(3, 13.0, 3.6)
    inside.plot(every_k, [row["to_centre"] for row in rows], marker="o", color=COLOURS[0])
    inside.set_title('"Inter-cluster": mean distance to the own centre', fontsize=9)
    between.plot(every_k, [row["cross_published"] for row in rows], marker="o", color=COLOURS[1])
    between.set_title('"Cross-cluster": half the mean distance of two centres', fontsize=9)
    _population(population, rows)
    population.set_title("Population: frames per cluster, largest below", fontsize=9)
    for plot in (inside, between, population):
        plot.set_xlabel("k")
        plot.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(title, fontsize=11)
    return png(figure)


def reconstructions(pictures: Sequence[tuple[str, Path]]) -> bytes:
    """Pictures of (label, JPEG with originals above and decoded below) under each other.

    The originals are alike on all of them: they are shown once.
    """
    opened = [(label, Image.open(path).convert("RGB")) for label, path in pictures]
    width = max(picture.width for _, picture in opened)
    strips = [("original", opened[0][1].crop((0, 0, width, opened[0][1].height // 2)))]
    strips += [
        (label, one.crop((0, one.height // 2, one.width, one.height))) for label, one in opened
    ]
    height = sum(strip.height + _CAPTION_HEIGHT + _GAP for _, strip in strips)
    sheet = Image.new("RGB", (width, height), "white")
    draw, top = ImageDraw.Draw(sheet), 0
    for label, strip in strips:
        draw.text((4, top + 5), label, fill="#1d2530")
        sheet.paste(strip, (0, top + _CAPTION_HEIGHT))
        top += strip.height + _CAPTION_HEIGHT + _GAP
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _map(figure: Figure, plot: Axes, title: str) -> bytes:
    plot.set_xticks([])
    plot.set_yticks([])
    plot.grid(visible=False)
    plot.set_title(title, fontsize=10)
    return png(figure)


def _population(plot: Axes, rows: Sequence[Row]) -> None:
    """Stacked bars over k: the clusters of each k by size."""
    shades = colormaps["tab20"](range(20))
    for place in range(max(len(row["sizes"]) for row in rows)):
        shown = [row for row in rows if len(row["sizes"]) > place]
        below = [sum(row["sizes"][:place]) for row in shown]
        sizes = [row["sizes"][place] for row in shown]
        plot.bar([row["k"] for row in shown], sizes, 0.8, below, color=shades[place % len(shades)])
