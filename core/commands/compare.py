"""Compares the groups of a run: each one's share of every cluster, and what may be chance.

Groups are those of the videos, or with --by the values of another of their columns.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from core.analysis.comparison import sentence as wording
from core.commands.shared import choices, printing
from core.commands.shared.arguments import output_file
from core.commands.shared.division import add_by, add_division, division
from core.commands.shared.filtered import add_where, only_of
from core.export import csv_bytes
from core.pipeline.comparison import looked_at, over_time
from core.pipeline.comparison.compare import Comparison, compare
from core.pipeline.comparison.table import COLUMNS, comparison_rows
from core.pipeline.curation.only import Only
from core.records import Clustering
from core.storage import Database, analyses, open_library
from core.storage.files import write_bytes
from core.storage.progress import Progress

_PRINTED = (
    *("cluster", "cluster_name", "kind", "group", "frames", "share_percent"),
    *("of_cluster_percent", "overall_percent", "ratio", "log_odds_ratio", "p", "q", "family_p"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    add_division(parser)
    add_by(parser)
    add_where(parser)
    parser.add_argument(
        "--over",
        metavar="WHAT",
        help="shares over the videos' course (course), or over a column of dates (published)",
    )
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")
    parser.add_argument("--csv", type=output_file, metavar="F.csv", help="write the table there")


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    clustering = division(db, chosen, options)
    only = only_of(db, chosen, clustering, options)
    if options.over is not None:
        return _over_time(db, clustering, only, options)
    comparison = compare(db, clustering, Progress(None), options.by, only)
    looked_at.note_comparison(db, clustering, comparison)
    names = analyses.names(db, clustering.id)
    rows = comparison_rows(comparison, names)
    _tell(rows, COLUMNS, _PRINTED, options)
    if options.csv is None and not options.json:
        _explain(comparison, names)
    return 0


def _over_time(
    db: Database, clustering: Clustering, only: Only | None, options: argparse.Namespace
) -> int:
    found, numbers = over_time.over_time(db, clustering, options.over, options.by, only)
    where = options.where or ""
    looked_at.note_detail(db, "over-time", clustering, options.by, options.over, where=where)
    names = analyses.names(db, clustering.id)
    rows = over_time.course_rows(found, numbers, names, options.over, options.by)
    _tell(rows, over_time.COLUMNS, over_time.COLUMNS[2:], options)
    return 0


def _tell(
    rows: list[dict[str, Any]],
    columns: Sequence[str],
    printed: Sequence[str],
    options: argparse.Namespace,
) -> None:
    """Write the rows where they were asked for, else print them."""
    if options.csv is not None:
        write_bytes(options.csv, csv_bytes(rows, columns))
        print(f"Wrote {len(rows)} rows to {options.csv}.", file=sys.stderr)
    else:
        printing.show(rows, printed, "There is no cluster to compare.", options.json)


def _explain(comparison: Comparison, names: dict[int, str]) -> None:
    """The sentence, and what the columns are."""
    said = wording.summary(comparison.groups, comparison.clusters, names)
    without = wording.without_value(comparison.by, comparison.without_value)
    first = wording.before_reading(comparison.omnibus, comparison.groups, comparison.clusters)
    gone = wording.taken_out(comparison.taken_out), wording.left_out(comparison.groups)
    within = wording.within_videos(comparison.yardstick)
    for sentence in filter(None, (first, said, within, without, *gone)):
        print(printing.plain(sentence), file=sys.stderr)
    print(
        "share: of the group's airtime. of cluster: of the cluster's airtime, to be read against "
        "overall. ratio: times as frequent as in the other groups. p permutes whole videos between "
        "groups, q is p after Benjamini-Hochberg; - is not tested.",
        file=sys.stderr,
    )
