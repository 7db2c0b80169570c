"""--where: which frames of a run a command is about, by a filter (core.analysis.where)."""

from __future__ import annotations

import argparse
import sys

from core.format import count
from core.pipeline.curation.only import Only, only_where
from core.records import Clustering, Run
from core.storage import Database


def add_where(parser: argparse.ArgumentParser, note: str = "") -> None:
    parser.add_argument(
        "--where",
        metavar="FILTER",
        help="only frames like these: 'brightness > 50 and country == US'; time, sharpness, "
        "words, distance, certainty, cluster, group, video, tag, caption, and the videos' columns"
        + note,
    )


def only_of(
    db: Database, run: Run, clustering: Clustering | None, options: argparse.Namespace
) -> Only | None:
    """What --where lets through, said as a number; None without. Raises InvalidSetting."""
    only = only_where(db, run, clustering, options.where)
    if only is not None:
        print(f"Only {count(len(only.frames), 'frame')} of {run.frames:,}.", file=sys.stderr)
    return only
