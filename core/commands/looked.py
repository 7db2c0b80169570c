"""Lists every analysis that was looked at: each division, comparison, sequence, with when and how
often, and how many tests they have in all.
"""

from __future__ import annotations

import argparse
import sys

from core.commands.shared import printing
from core.commands.shared.arguments import output_file
from core.export import csv_bytes
from core.pipeline.comparison.looked_at import COLUMNS, looked_at_rows, said
from core.storage import looked_at, open_library
from core.storage.files import write_bytes

_PRINTED = ("first_at", "times", "kind", "run_name", "k", "weights", "compared_by", "detail")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")
    parser.add_argument("--csv", type=output_file, metavar="F.csv", help="write the list there")


def run(options: argparse.Namespace) -> int:
    listed = looked_at.every(open_library(options.data))
    rows = looked_at_rows(listed)
    if options.csv is not None:
        write_bytes(options.csv, csv_bytes(rows, COLUMNS))
        print(f"Wrote {len(rows)} rows to {options.csv}.", file=sys.stderr)
        return 0
    printing.show(rows, (*_PRINTED, "tests"), "Nothing has been looked at yet.", options.json)
    if listed and not options.json:
        print(said(listed), file=sys.stderr)
    return 0
