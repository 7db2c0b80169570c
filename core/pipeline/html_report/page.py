"""Renders the report's templates: one file, a strict security policy, plotly.js inside."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import jinja2

from core.browser_modules import joined
from core.charts import plotly_js
from core.format import clock, count, percent, visible
from core.pipeline.html_report.content import Report
from core.pipeline.html_report.method import captions_said, provenance_lines

_HERE = Path(__file__).parent
_WATCH = re.compile(r"https://www\.youtube\.com/watch\?v=[\w-]{11}(&t=\d+s)?")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_CHINESE = re.compile("[\u3400-\u9fff]")


def render(report: Report) -> bytes:
    """The page as UTF-8 HTML.

    It loads nothing, and runs only its own scripts, by hash. Without JavaScript, and in print,
    everything but pointing at the map is there.
    """
    own = joined("core/pipeline/html_report/report.js")
    scripts = [_plotly(), own] if report.map else []
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    style = (_HERE / "report.css").read_text()
    page = environment().get_template("report.html")
    return page.render(report=report, policy=policy, style=style, scripts=scripts).encode()


def environment() -> jinja2.Environment:
    """The templates beside this module; every text is escaped, an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"allow_nan": False}
    made.filters |= {"chance": _chance, "clock": clock, "colour": colour, "count": count}
    made.filters |= {"percent": percent, "captions": captions_said, "provenance": provenance_lines}
    made.tests["chinese"] = lambda words: bool(_CHINESE.search(words))
    made.tests["watch_page"] = lambda address: bool(address and _WATCH.fullmatch(address))
    return made


def _seen(value: Any) -> Any:
    """Texts lose control and direction signs: a name cannot turn the line round."""
    return visible(value) if type(value) is str else value


def colour(value: str) -> str:
    """A colour for a style; what is no #RRGGBB is grey."""
    return value if _COLOUR.fullmatch(value) else "#9AA0A6"


def _chance(value: float | None) -> str:
    """A p or q: ".014", "under .001"; "" where nothing was tested."""
    if value is None:
        return ""
    return "under .001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def _plotly() -> str:
    """plotly.js as it is in the plotly package; `</script` would end the element it stands in."""
    return plotly_js.source().decode().replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
