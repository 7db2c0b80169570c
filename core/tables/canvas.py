"""How still figures look, and how they become PNG bytes; no screen is needed."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# As in core.charts.colours, which this layer does not know: Okabe and Ito (2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#999999", "#F0E442")
PUBLISHED = "#6B7280"
_DPI = 150


def canvas(columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A figure of `width` x `height` inches with plots side by side."""
    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = list(figure.subplots(1, columns, squeeze=False)[0])
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.grid(visible=True, axis="y", color="#E5E7EB", linewidth=0.6)
        one.set_axisbelow(True)
    return figure, axes


def png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
