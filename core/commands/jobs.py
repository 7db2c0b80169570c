"""Lists the background jobs, newest first."""

from __future__ import annotations

import argparse

from core import jobs
from core.commands.shared import printing
from core.commands.shared.refused import goes_on
from core.format import clock
from core.storage import Database, open_library, videos

_FIELDS = ("id", "kind", "title", "subject", "state", "progress", "eta_s", "message")
_COLUMNS = ("id", "kind", "title", "state", "done", "left", "message")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    rows = [printing.fields(job, *_FIELDS) for job in jobs.every(db)]
    if not options.json:
        rows = _with_retries(db, [_readable(row) for row in rows])
    printing.show(rows, _COLUMNS, "There have been no jobs yet.", options.json)
    return 0


def _with_retries(db: Database, rows: list[dict]) -> list[dict]:
    """Newest first: the last reading of a video that goes on by itself says so."""
    due = {video.id: goes_on(video) for video in videos.every(db) if video.retry_at is not None}
    for row in rows:
        if row["kind"] == "ingest" and (said := due.pop(row["subject"], "")):
            row["message"] = f"{row['message']} {said}".strip()
    return rows


def _readable(row: dict) -> dict:
    left = None if row["eta_s"] is None else clock(row["eta_s"])
    return {**row, "done": f"{round(100 * row['progress'])} %", "left": left}
