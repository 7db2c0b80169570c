"""Which clustering a command means: the one its options name, else the one asked for last."""

from __future__ import annotations

import argparse

from core import jobs
from core.commands import choices
from core.commands.waiting import finish
from core.commands.weights import add_weights, weights_of
from core.errors import InvalidSetting
from core.pipeline.carried_names import carry_over
from core.records import Clustering, Run
from core.storage import Database, analyses


def add_division(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--k", type=int, metavar="N", help="clusters (as asked for last)")
    parser.add_argument("--method", default="kmeans", choices=("kmeans", "gmm"), help="with --k")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="with --k (0)")
    add_weights(parser, "; with --k")
    parser.set_defaults(detach=False)


def division(db: Database, run: Run, options: argparse.Namespace) -> Clustering:
    """The clustering that the options mean, made where need be, with the names it has by now.

    Raises InvalidSetting for none.
    """
    if options.k is None and options.weights is not None:
        raise InvalidSetting("--weights goes with --k; say how many clusters are meant.")
    meant = (
        choices.last_clustering(db, run.id) if options.k is None else clustered(db, run, options)
    )
    if meant is None:
        raise InvalidSetting(
            f"Run {run.id} has no clusters yet; make some: python -m core cluster {run.id} --k 8"
        )
    carry_over(db, meant)
    return meant


def clustered(db: Database, run: Run, options: argparse.Namespace) -> Clustering | None:
    """The clustering with the options' method, k, seed and weights, made where it is not there yet.

    None when it was left to be made in the background. Raises InvalidSetting.
    """
    wanted = (options.method, options.k, options.seed, weights_of(run, options))
    identifier = analyses.clustering_id(run.id, *wanted)
    if not finish(db, jobs.submit_clustering(db, run.id, *wanted), options):
        return None
    analyses.renew(db, identifier)
    return analyses.clustering(db, identifier)
