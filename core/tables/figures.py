"""The figures over several trainings, as PNG: ours beside the published, and the loss curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogFormatter

from core.tables.canvas import COLOURS, PUBLISHED, canvas, png
from core.tables.published import UNITS
from core.tables.store import Tables
from core.tables.wording import QUICK, ascii_label

Entry = dict[str, Any]


def bars(tables: Tables, table: int) -> bytes | None:
    """Our totals beside the published ones, one plot per dataset; None where there are none."""
    shown = [d["name"] for d in tables["datasets"] if _of(tables, table, d["name"])]
    if not shown:
        return None
    figure, axes = canvas(len(shown), 1.6 + 3.6 * len(shown), 3.4)
    for place, (name, plot) in enumerate(zip(shown, axes, strict=True)):
        entries = _of(tables, table, name)
        _bars(plot, entries)
        plot.set_title(ascii_label(name, f"dataset {place + 1}"), fontsize=10)
    axes[0].set_ylabel(f"{UNITS[table]} (lower is better)")
    axes[0].legend(frameon=False, fontsize=8)
    figure.suptitle(f"Table {table}{_quick(tables)}", fontsize=11)
    return png(figure)


def losses(tables: Tables, table: int, dataset: str) -> bytes | None:
    """Training (in the table's unit) and held-out error over the epochs; None without curves.

    The published figure, of the last epoch, is a broken line in the model's colour.
    """
    entries = [e for e in _of(tables, table, dataset) if len(e["curve"]["epoch"]) > 1]
    if not entries:
        return None
    figure, (training, held_out) = canvas(2, 9.6, 3.6)
    for entry, colour in zip(entries, COLOURS, strict=False):
        curve, theirs = entry["curve"], entry.get("theirs")
        training.plot(curve["epoch"], curve["value"], color=colour, label=entry["title"])
        if theirs:
            training.axhline(theirs["total"], color=colour, linestyle="--", linewidth=1)
        held_out.plot(curve["held_out_epoch"], curve["held_out"], color=colour)
    for plot in (training, held_out):
        plot.set_xlabel("epoch")
        _log(plot)
    training.set_title(f"Training, {UNITS[table]} (broken: published)", fontsize=10)
    held_out.set_title("Frames held out, 255 x MSE", fontsize=10)
    training.legend(frameon=False, fontsize=8)
    figure.suptitle(f"{ascii_label(dataset, 'these videos')}{_quick(tables)}", fontsize=11)
    return png(figure)


def _bars(plot: Axes, entries: Sequence[Entry]) -> None:
    places = np.arange(len(entries))
    theirs = [(e["theirs"] or {}).get("total", np.nan) for e in entries]
    ours = [e["published"]["total"] for e in entries]
    plot.bar(places - 0.2, theirs, 0.38, color=PUBLISHED, label="published")
    plot.bar(places + 0.2, ours, 0.38, color=COLOURS[0], label="ours")
    for offset, values in ((-0.2, theirs), (0.2, ours)):
        for place, value in zip(places, values, strict=True):
            if np.isfinite(value):
                plot.annotate(
                    f"{value:.4g}", (place + offset, value), ha="center", va="bottom", fontsize=7
                )
    plot.set_xticks(places, [e["title"] for e in entries], fontsize=8, rotation=20, ha="right")
    values = [value for value in (*theirs, *ours) if np.isfinite(value) and value > 0]
    if values and max(values) > 10 * min(values):
        _log(plot)


def _log(plot: Axes) -> None:
    """A log axis whose numbers are written out."""
    plot.set_yscale("log")
    plot.yaxis.set_major_formatter(LogFormatter())
    plot.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1.5, 0.5)))


def _of(tables: Tables, table: int, dataset: str) -> list[Entry]:
    return [
        entry
        for entry in tables["entries"]
        if entry["table"] == table and entry["dataset"] == dataset and entry.get("published")
    ]


def _quick(tables: Tables) -> str:
    return f" ({QUICK})" if tables["kind"] == "quick" else ""
