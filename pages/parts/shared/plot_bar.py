"""The tool bar above every plot: no advertisement, and the camera gives SVG, which prints well."""

from __future__ import annotations

from typing import Any

PLOT_BAR: dict[str, Any] = {
    "displaylogo": False,
    "toImageButtonOptions": {"format": "svg", "filename": "plot"},
}
