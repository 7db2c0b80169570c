"""The tables as Markdown, by the templates beside: the whole text, or a part of it for the page."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from core.format import duration, size
from core.tables import wording
from core.tables.published import MEASURED, UNITS
from core.tables.store import Tables


def markdown(tables: Tables) -> str:
    """The whole text: tables, what stands beside them, how it was measured, figures."""
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(tables["made_at"]))
    trained = {e["model"]: wording.sizes(e) for e in tables["entries"] if e["state"] == "done"}
    page = _templates().get_template("report.md")
    text = page.render(tables=tables, made=made, trained=trained)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def part(name: str, tables: Tables, *which: int) -> str:
    """What the macro `name` of tables.md makes of the tables, or of table `which`."""
    macros: Any = _templates().get_template("tables.md").module
    return str(getattr(macros, name)(tables, *which)).strip()


@cache
def _templates() -> jinja2.Environment:
    """Data passes `escaped`, which is for Markdown as autoescape is for HTML."""
    made = jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"escaped": _escaped, "duration": duration, "size": size}
    made.filters |= {"number": wording.number, "or_dash": lambda value: value or wording.NOTHING}
    made.globals |= {"wording": wording, "MEASURED": MEASURED, "UNITS": UNITS}
    return made


def _escaped(text: str) -> str:
    """Data that Markdown is not to read."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", " ".join(text.split()))
