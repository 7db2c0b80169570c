"""Finds what follows what in a run's videos, and compares how often: RUN A then B --within 20.

A and B are clusters (by name or number: "cluster 3"), tags, or words of the captions.
"""

from __future__ import annotations

import argparse
import sys

from core.commands.shared import choices, printing
from core.commands.shared.arguments import output_file
from core.commands.shared.division import add_by, add_division, division
from core.commands.shared.filtered import add_where, only_of
from core.errors import InvalidSetting
from core.export import csv_bytes
from core.pipeline.comparison.looked_at import note_detail
from core.pipeline.comparison.rate_rows import RATE_COLUMNS, rate_rows
from core.pipeline.comparison.sequences import (
    COLUMNS,
    USUAL_S,
    Query,
    Sequences,
    find_sequences,
    hit_rows,
    tests_of,
)
from core.storage import open_library
from core.storage.files import write_bytes

_PRINTED = ("title", "group", "start_s", "end_s", "gap_s", "first_frame", "then_frame")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("words", nargs=3, metavar="WORD", help="A then B")
    parser.add_argument(
        "--within",
        type=float,
        default=USUAL_S,
        metavar="S",
        help=f"seconds from the end of A to the beginning of B, at most ({USUAL_S:g})",
    )
    add_division(parser)
    add_by(parser)
    add_where(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object: groups and places")
    parser.add_argument("--csv", type=output_file, metavar="F.csv", help="write the places there")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting for what cannot be looked for, NotFound."""
    first, word, then = options.words
    if word.casefold() != "then":
        raise InvalidSetting('Write what comes first, then "then", then what follows.')
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    clustering = division(db, chosen, options)
    only = only_of(db, chosen, clustering, options)
    query = Query(first, then, options.within)
    found = find_sequences(db, clustering, query, options.by, only)
    where = options.where or ""
    note_detail(db, "sequence", clustering, options.by, found.said, tests_of(found), where)
    rows = hit_rows(db, found)
    if options.csv is not None:
        write_bytes(options.csv, csv_bytes(rows, COLUMNS))
        print(f"Wrote {len(rows)} places to {options.csv}.", file=sys.stderr)
    elif options.json:
        printing.show_json({"said": found.said, "groups": _groups(found), "places": rows})
    else:
        printing.show(rows, _PRINTED, "There is no such place.", False)
        print()
        printing.show(_groups(found), RATE_COLUMNS, "", False)
        print(printing.plain(f"{found.said}: {len(rows)}."), file=sys.stderr)
    return 0


def _groups(found: Sequences) -> list[dict]:
    return [
        *rate_rows("places an hour", found.per_hour),
        *rate_rows("of the first, followed, %", found.followed, 100),
    ]
