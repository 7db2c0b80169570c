"""Which clustering a command means: the one its options name, else the one asked for last."""

from __future__ import annotations

import argparse

from core import jobs
from core.commands import choices
from core.commands.waiting import finish
from core.errors import InvalidSetting
from core.pipeline.carried_names import carry_over
from core.records import Clustering
from core.storage import Database, analyses


def add_division(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--k", type=int, metavar="N", help="clusters (as asked for last)")
    parser.add_argument("--method", default="kmeans", choices=("kmeans", "gmm"), help="with --k")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="with --k (0)")
    parser.set_defaults(detach=False)


def division(db: Database, run_id: str, options: argparse.Namespace) -> Clustering:
    """The clustering that the options mean, made where need be, with the names it has by now.

    Raises InvalidSetting for none.
    """
    meant = (
        choices.last_clustering(db, run_id) if options.k is None else clustered(db, run_id, options)
    )
    if meant is None:
        raise InvalidSetting(
            f"Run {run_id} has no clusters yet; make some: python -m core cluster {run_id} --k 8"
        )
    carry_over(db, meant)
    return meant


def clustered(db: Database, run_id: str, options: argparse.Namespace) -> Clustering | None:
    """The clustering with the options' method, k and seed, made where it is not there yet.

    None when it was left to be made in the background.
    """
    wanted = (options.method, options.k, options.seed)
    identifier = analyses.clustering_id(run_id, *wanted)
    if not finish(db, jobs.submit_clustering(db, run_id, *wanted), options):
        return None
    analyses.renew(db, identifier)
    return analyses.clustering(db, identifier)
