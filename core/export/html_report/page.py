"""Puts the report together: one file, a strict security policy, plotly.js inside."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from core.export.html_report.clusters import clusters
from core.export.html_report.comparison import comparison
from core.export.html_report.content import MapData, Report
from core.export.html_report.markup import colour, text
from core.export.html_report.sections import figures, heading, method
from core.format import SCRIPT, count

_HERE = Path(__file__).parent


def render(report: Report) -> bytes:
    """The page as UTF-8 HTML. It loads nothing, and runs only its own scripts, by hash.

    Without JavaScript, and in print, everything but pointing at the map is there.
    """
    scripts = (
        []
        if report.map is None
        else [_plotly(), SCRIPT.read_text() + (_HERE / "report.js").read_text()]
    )
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{text(report.title)}</title>",
        f"<style>{(_HERE / 'report.css').read_text()}</style></head><body><main>",
        heading(report),
        _map(report),
        clusters(report),
        comparison(report),
        figures(report),
        method(report),
        f"<footer class='end'>Made on {text(report.made)} with Video Affinity Browser.</footer>",
        "</main>",
    ]
    if report.map is not None:
        data = _script_text(json.dumps(_map_data(report, report.map), allow_nan=False))
        parts.append(f'<script type="application/json" id="map-data">{data}</script>')
    parts += [f"<script>{script}</script>" for script in scripts]
    return "\n".join([*parts, "</body></html>", ""]).encode()


def _map(report: Report) -> str:
    found = report.map
    if found is None:
        return ""
    shown = count(len(found.x), "frame")
    if len(found.x) < found.total:
        shown = f"{len(found.x):,} of {found.total:,} frames, drawn by lot, each group by its share"
    buttons = "".join(
        f'<button type="button" data-colour="{name}" aria-pressed="false">{label}</button>'
        for name, label in (("cluster", "Cluster"), ("group", "Group"), ("time", "Time"))
    )
    return (
        '<section id="map"><div class="map-head"><h2>The map</h2>'
        f'<div class="switch" role="group" aria-label="Colour by">{buttons}</div></div>'
        '<div id="frame-map"><div id="plot" tabindex="0" role="application" aria-label="Map of '
        'frames. Left and right arrow walk through a video, Escape closes."></div>'
        '<div class="tools"><button type="button" data-do="fit" title="Show all">\u2922</button>'
        '<button type="button" data-do="save" title="Save the map as SVG">SVG</button></div>'
        '<aside id="hover" hidden></aside></div><div id="legend" role="group" '
        'aria-label="Colours"></div>'
        f'<p class="note">{text(shown)}, laid out by {text(found.projection)} for the eye only: '
        "clusters are made in the latent space. Point at a frame to see it; click to keep it; "
        "scroll to zoom, drag to move.</p>"
        "<noscript><p>The map needs JavaScript; everything below does not.</p></noscript></section>"
    )


def _map_data(report: Report, found: MapData) -> dict[str, Any]:
    texts = list(dict.fromkeys(found.captions))
    place = {words: i for i, words in enumerate(texts)}
    titles = {card.number: card for card in report.clusters}
    width, height, across = found.tile
    return {
        "x": _packed(found.x, "<f4"),
        "y": _packed(found.y, "<f4"),
        "cluster": _packed(found.cluster, "<u2"),
        "group": _packed(found.group, "<u2"),
        "video": _packed(found.video, "<u2"),
        "time": _packed(found.time_s, "<f4"),
        "caption": _packed(np.array([place[words] for words in found.captions]), "<i4"),
        "texts": texts,
        "decoded": found.decoded,
        "clusters": {n: {"title": c.title, "colour": colour(c.colour)} for n, c in titles.items()},
        "groups": [{"title": g.name, "colour": colour(g.colour)} for g in report.groups],
        "videos": [{"title": v.title, "length": v.duration_s} for v in report.videos],
        "tile": {"width": width, "height": height, "across": across},
        "originals": [_image(page) for page in found.originals],
        "reconstructions": [_image(page) for page in found.reconstructions],
    }


def _plotly() -> str:
    """plotly.js as it is in the plotly package; `</script` would end the element it stands in."""
    source = (Path(str(files("plotly"))) / "package_data" / "plotly.min.js").read_text()
    return source.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _script_text(data: str) -> str:
    """JSON that cannot end, or begin, an element: `<`, `>` and `&` only as escapes."""
    for sign in "<>&":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    return data


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _image(data: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"


def _packed(array: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=kind).tobytes()).decode()
