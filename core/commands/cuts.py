"""Finds the true cuts of a run's videos, and compares cutting rate, shot length, light and colour.

Every picture is decoded once, in the background; asked again it only prints.
"""

from __future__ import annotations

import argparse
import sys

from core import jobs
from core.commands.shared import choices, printing
from core.commands.shared.arguments import output_file
from core.commands.shared.division import add_by
from core.commands.shared.filtered import add_where, only_of
from core.commands.shared.waiting import finish
from core.export import csv_bytes
from core.pipeline.comparison.editing import COLUMNS, MEASURES, editing, editing_rows, tests_of
from core.pipeline.comparison.looked_at import note_run
from core.pipeline.comparison.rate_rows import RATE_COLUMNS, rate_rows
from core.storage import cuts, open_library
from core.storage.files import write_bytes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    add_by(parser)
    add_where(parser, "; the time halfway to a frame's neighbours counts")
    parser.add_argument("--json", action="store_true", help="one JSON object: groups and videos")
    parser.add_argument("--csv", type=output_file, metavar="F.csv", help="write the videos there")
    parser.add_argument("--detach", action="store_true", help="do not wait for the cuts")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting, NotFound."""
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    unknown = cuts.missing(db, chosen.video_ids)
    if unknown and not finish(db, jobs.submit_cuts(db, chosen.id), options):
        return 0
    only = only_of(db, chosen, choices.last_clustering(db, chosen.id), options)
    found = editing(db, chosen, options.by, only)
    note_run(db, "cuts", chosen.id, options.by, tests_of(found), options.where or "")
    rows = editing_rows(found)
    rates = [row for name, of in found.rates.items() for row in rate_rows(MEASURES[name], of)]
    if options.csv is not None:
        write_bytes(options.csv, csv_bytes(rows, COLUMNS))
        print(f"Wrote {len(rows)} videos to {options.csv}.", file=sys.stderr)
    elif options.json:
        printing.show_json({"groups": rates, "videos": rows})
    else:
        printing.show(rows, COLUMNS[1:], "There are no videos.", False)
        print()
        printing.show(rates, RATE_COLUMNS, "", False)
    return 0
