"""Lists the background jobs, newest first."""

from __future__ import annotations

import argparse

from core import jobs
from core.commands.shared import printing
from core.format import clock
from core.storage import open_library

_FIELDS = ("id", "kind", "title", "subject", "state", "progress", "eta_s", "message")
_COLUMNS = ("id", "kind", "title", "state", "done", "left", "message")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    rows = [printing.fields(job, *_FIELDS) for job in jobs.every(open_library(options.data))]
    if not options.json:
        rows = [_readable(row) for row in rows]
    printing.show(rows, _COLUMNS, "There have been no jobs yet.", options.json)
    return 0


def _readable(row: dict) -> dict:
    left = None if row["eta_s"] is None else clock(row["eta_s"])
    return {**row, "done": f"{round(100 * row['progress'])} %", "left": left}
