"""Plotly figures as PNG and SVG files. A Chromium that is installed draws them, without network."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import plotly.graph_objects as go

from core.errors import NotFound, StorageFailed
from core.storage.files import write_bytes

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_WIDTH, _HEIGHT, _SCALE = 1200, 720, 2
_TIME_LIMIT_S = 180
_DRAWN = re.compile(r"^([\w-]+) (png|svg) ([A-Za-z0-9+/=]+)$", re.MULTILINE)
_PAGE = """<!DOCTYPE html><meta charset="utf-8"><pre id="out"></pre>
<script src="plotly.min.js"></script><script>
const figures = {figures};
const packed = (url) => (url.includes(";base64,") ? url.split(",")[1]
  : btoa(unescape(encodeURIComponent(decodeURIComponent(url.slice(url.indexOf(",") + 1))))));
(async () => {{
  for (const [name, figure] of Object.entries(figures)) {{
    for (const format of ["png", "svg"]) {{
      const {{ width, height }} = figure.layout;
      const scale = format === "png" ? {scale} : 1;
      const url = await Plotly.toImage(figure, {{ format, width, height, scale }});
      document.getElementById("out").append(`${{name}} ${{format}} ${{packed(url)}}\\n`);
    }}
  }}
}})();
</script>"""


def write_plots(figures: Mapping[str, go.Figure], folder: Path) -> list[Path]:
    """Write NAME.png and NAME.svg of every figure into `folder`; gives the paths.

    Raises NotFound where there is no Chromium or Chrome, StorageFailed where it draws nothing.
    """
    drawn = _draw(figures, browser())
    missing = [name for name in figures if (name, "png") not in drawn or (name, "svg") not in drawn]
    if missing:
        raise StorageFailed(
            f"The browser did not draw {', '.join(missing)}; close other programs and try again."
        )
    paths = []
    for (name, kind), data in drawn.items():
        path = folder / f"{name}.{kind}"
        write_bytes(path, data)
        paths.append(path)
    return paths


def browser() -> str:
    """The Chromium or Chrome to draw with. Raises NotFound."""
    found = (shutil.which(name) for name in _NAMES)
    there = next(filter(None, found), None) or next((p for p in _MAC if Path(p).is_file()), None)
    if there is None:
        raise NotFound(
            "Plots are drawn by Chromium or Chrome, and none is installed; install one "
            "(Debian: apt install chromium), or save single plots with the camera above them."
        )
    return there


def _draw(figures: Mapping[str, go.Figure], program: str) -> dict[tuple[str, str], bytes]:
    """Every figure drawn in one start of the browser, which has a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="affinity-plots-") as made:
        folder = Path(made)
        shutil.copy(str(files("plotly") / "package_data" / "plotly.min.js"), folder)
        said = json.dumps({name: _plain(figure) for name, figure in figures.items()})
        said = said.replace("<", "\\u003c")
        (folder / "page.html").write_text(_PAGE.format(figures=said, scale=_SCALE))
        command = [
            program,
            "--headless",
            "--dump-dom",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--virtual-time-budget={_TIME_LIMIT_S * 1000}",
            f"--user-data-dir={folder / 'profile'}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # it refuses to start as root
            (folder / "page.html").as_uri(),
        ]
        return _read(_run(command))


def _run(command: list[str]) -> str:
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIME_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise StorageFailed(
            f"The browser {command[0]} was not done after {_TIME_LIMIT_S} s; try again."
        ) from error
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
        raise StorageFailed(f"The browser {command[0]} could not draw the plots: {said}.")
    return ended.stdout


def _read(page: str) -> dict[tuple[str, str], bytes]:
    drawn = {}
    start, _, rest = page.partition('<pre id="out">')
    for name, kind, packed in _DRAWN.findall(rest.partition("</pre>")[0] if rest else start):
        try:
            drawn[name, kind] = base64.b64decode(packed, validate=True)
        except binascii.Error as error:
            raise StorageFailed(
                f"The browser broke off while drawing {name}; try again."
            ) from error
    return drawn


def _plain(figure: go.Figure) -> dict:
    """The figure on white, its points as vectors: what needs WebGL would be a bitmap in an SVG."""
    still = go.Figure(figure)
    still.update_layout(
        template="plotly_white", width=_WIDTH, height=figure.layout.height or _HEIGHT
    )
    still.update_layout(font={"family": _FONT, "size": 15, "color": "#1d2530"})
    plain = json.loads(still.to_json())
    for trace in plain["data"]:
        if trace.get("type") == "scattergl":
            trace["type"] = "scatter"
    return plain
