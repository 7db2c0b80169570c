"""plotly.js as it lies in the installed plotly package: nothing is asked of any other place."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import plotly

VERSION = plotly.__version__


@cache
def source() -> bytes:
    """The script, UTF-8; it makes `Plotly` known to the page."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
