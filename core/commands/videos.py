"""Lists the videos of the library."""

from __future__ import annotations

import argparse

from core.commands.shared import printing
from core.commands.shared.refused import again
from core.format import clock
from core.storage import open_library, videos

_FIELDS = (
    *("id", "title", "group", "source", "origin", "language", "duration_s", "every_s", "from_s"),
    *("until_s", "frames"),
    *("captions", "caption_origin", "captions_timed", "state", "message", "retry_at", "refusal"),
)
_COLUMNS = ("id", "title", "group", "language", "duration", "frames", "captions", "state", "again")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    known = videos.every(open_library(options.data))
    rows = [printing.fields(one, *_FIELDS) for one in known]
    if not options.json:
        rows = [
            {**row, "duration": clock(row["duration_s"]), "again": again(one)}
            for row, one in zip(rows, known, strict=True)
        ]
    empty = "There are no videos yet; add one: python -m core add FILE --group NAME"
    printing.show(rows, _COLUMNS, empty, options.json)
    return 0
