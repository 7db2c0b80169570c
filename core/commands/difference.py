"""Says what is different between two sets of a run's frames: words, groups, light, time, length."""

from __future__ import annotations

import argparse
import sys

from core.commands.shared import choices, printing
from core.commands.shared.arguments import output_file
from core.commands.shared.division import add_division, division
from core.commands.shared.frame_list import chosen_frames
from core.export import csv_bytes
from core.pipeline.comparison.difference import Difference, difference
from core.pipeline.comparison.difference_table import COLUMNS, difference_rows
from core.pipeline.comparison.frame_sets import REST
from core.records import Clustering, FrameId
from core.storage import Database, open_library, results
from core.storage.annotations import link_texts, selections
from core.storage.files import write_bytes

_SET = (
    "a cluster's number, a saved selection, VIDEO:FIRST-LAST with commas between, ~ID of a link's "
    "selection, or rest"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("first", metavar="A", help=_SET)
    parser.add_argument("second", metavar="B", help="the same")
    add_division(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")
    parser.add_argument("--csv", type=output_file, metavar="F.csv", help="write the table there")


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, InvalidSetting."""
    db = open_library(options.data)
    clustering = division(db, choices.trained_run(db, options.run), options)
    first, second = (_set(db, clustering, word) for word in (options.first, options.second))
    found = difference(db, clustering, first, second)
    rows = difference_rows(found)
    if options.csv is not None:
        write_bytes(options.csv, csv_bytes(rows, COLUMNS))
        print(f"Wrote {len(rows)} rows to {options.csv}.", file=sys.stderr)
        return 0
    printing.show(rows, COLUMNS, "There is nothing to compare.", options.json)
    if not options.json:
        _explain(found)
    return 0


def _set(db: Database, clustering: Clustering, word: str) -> str:
    """A word as core.pipeline.comparison.frame_sets reads it."""
    if word == REST:
        return word
    if word.isdecimal():
        return f"cluster:{word}"
    if word in selections.counts(db):
        return f"selection:{word}"
    if word.startswith(link_texts.SIGN):
        return f"frames:{word}"
    frames = chosen_frames(db, word, results.rows_of(db, clustering.run_id))
    return "frames:" + ";".join(_written(frame) for frame in frames)


def _written(frame: FrameId) -> str:
    return f"{frame.video_id}:{frame.index}"


def _explain(found: Difference) -> None:
    both = f" {found.both} frames are in both, and in neither here." if found.both else ""
    print(
        printing.plain(f"First: {found.first.name}. Second: {found.second.name}.") + both + "\n"
        "share: 0 to 1. low, high: 95 %, from blocks of ten frames that follow each other, drawn "
        "again; - where they are too few. word: how often it is said in each; z orders words by "
        "weighted log-odds with a prior, and tests nothing.",
        file=sys.stderr,
    )
