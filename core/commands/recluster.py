"""Divides one cluster, or some frames, anew: prints the edited clustering's id; the other stays."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from core import jobs
from core.analysis import reclustering
from core.analysis.clustering import title
from core.commands.shared import choices
from core.commands.shared.division import add_division, division
from core.commands.shared.frame_list import chosen_frames
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting
from core.pipeline.division import recluster_proposals as proposals
from core.records import Clustering, Run
from core.storage import Database, analyses, open_library, results
from core.storage.annotations import cluster_marks


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument(
        "what",
        nargs="?",
        metavar="WHAT",
        help="a cluster's number, a saved selection, or VIDEO:FIRST-LAST with commas between",
    )
    parser.add_argument(
        "--parts", type=int, metavar="N", help="new clusters (as the silhouette proposes)"
    )
    parser.add_argument("--names", action="store_true", help="give the new ones proposed names")
    parser.add_argument(
        "--undo", action="store_true", help="take the newest edited clustering back"
    )
    add_division(parser)


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, InvalidSetting."""
    db = open_library(options.data)
    found = choices.trained_run(db, options.run)
    if options.undo:
        print(_undo(db, found), file=sys.stderr)
        return 0
    if options.what is None:
        raise InvalidSetting("Say what to divide anew: a cluster's number, or frames.")
    source = division(db, found, options)
    number, rows = _meant(db, source, options.what)
    parts = options.parts or _proposed(db, source, rows)
    stretches = reclustering.stretches_of(rows)
    identifier = analyses.edited_id(source.id, stretches, parts)
    if finish(db, jobs.submit_recluster(db, source.id, stretches, parts, number), options):
        edited = analyses.clustering(db, identifier)
        print(edited.id)
        _say(db, edited, options.names)
    return 0


def _meant(db: Database, source: Clustering, what: str) -> tuple[int, np.ndarray]:
    """The cluster's number, 0 for frames, and the rows."""
    if what.isdecimal():
        return int(what), proposals.rows_of_cluster(db, source, int(what))
    row_of = results.rows_of(db, source.run_id)
    chosen = chosen_frames(db, what, row_of)
    return 0, np.array(sorted({row_of[frame] for frame in chosen if frame in row_of}), int)


def _proposed(db: Database, source: Clustering, rows: np.ndarray) -> int:
    found = proposals.silhouettes(db, source, rows)
    said = ", ".join(f"{parts}: {value:.2f}" for parts, value in found.items())
    if said:
        print(f"Silhouettes: {said}", file=sys.stderr)
    return reclustering.proposed(found)


def _say(db: Database, edited: Clustering, give_names: bool) -> None:
    numbers = analyses.shown_numbers(db, edited)
    print(f"{title(edited)}; now {edited.k} clusters. New:", file=sys.stderr)
    for number, name in proposals.proposed_names(db, edited).items():
        print(f"  {number}  {int((numbers == number).sum())} frames  {name}", file=sys.stderr)
        if give_names:
            cluster_marks.mark(db, edited.id, number, name=name)


def _undo(db: Database, run: Run) -> str:
    edited = [one for one in analyses.clusterings_of(db, run.id) if one.edit]
    if not edited:
        raise InvalidSetting(f"Run {run.id} has no edited clustering to take back.")
    return f"Took back: {title(analyses.delete_edited(db, edited[-1].id))}."
