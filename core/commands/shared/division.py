"""Which clustering a command means: the one its options name, else the one asked for last.

Also --weights: how much each block of a run's latent counts in its distances.
"""

from __future__ import annotations

import argparse

from core import jobs
from core.analysis.clustering import METHODS, STANDARD_K
from core.analysis.hdbscan import default_min_cluster_size
from core.analysis.weighting import Weights, blocks_of, normalised, read
from core.commands.shared import choices
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting, NotFound
from core.pipeline.columns.known import GROUP
from core.pipeline.division.analyst_requests import edited_by_hand, follow
from core.pipeline.division.carried_names import carry_over
from core.records import Clustering, Run
from core.storage import Database, analyses, left_out


def add_division(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--k", type=int, metavar="N", help="clusters (as asked for last)")
    add_method(parser)
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="with --k (0)")
    add_weights(parser, "; with --k")
    parser.add_argument("--clustering", metavar="ID", help="this one, in place of all of these")
    parser.set_defaults(detach=False)


def add_method(parser: argparse.ArgumentParser) -> None:
    """How frames are divided: --method, and what only HDBSCAN takes."""
    parser.add_argument("--method", default="kmeans", choices=tuple(METHODS), help="(kmeans)")
    parser.add_argument(
        "--smallest", type=int, metavar="N", help="frames of HDBSCAN's smallest cluster"
    )


def division(db: Database, run: Run, options: argparse.Namespace) -> Clustering:
    """The clustering that the options mean, made where need be, with the names it has by now.

    Raises InvalidSetting for none.
    """
    if options.clustering is not None:
        return _named(db, run, options.clustering)
    last = options.k is None and options.method == "kmeans"  # nothing is said of another one
    if last and options.weights is not None:
        raise InvalidSetting("--weights goes with --k; say how many clusters are meant.")
    if last and options.smallest is not None:
        raise InvalidSetting("--smallest goes with --method hdbscan; others take --k.")
    meant = choices.last_clustering(db, run.id) if last else clustered(db, run, options)
    if meant is None:
        raise InvalidSetting(
            f"Run {run.id} has no clusters yet; make some: python -m core cluster {run.id} --k 8"
        )
    meant = _without_what_is_left_out(db, run, meant, options)
    carry_over(db, meant)
    return meant


def _without_what_is_left_out(
    db: Database, run: Run, meant: Clustering, options: argparse.Namespace
) -> Clustering:
    """The same division of the frames that are in now, made where it is not there yet.

    An edited one follows: what is left out is in no cluster, the rest stays.
    """
    gone = left_out.of_run(db, run).mark
    if meant.without == gone:
        return meant
    if meant.edit:
        own = edited_by_hand(db, meant)
        what = follow(own.id, gone)
        if own.without == gone or not finish(db, jobs.submit_edit(db, run.id, what), options):
            return own
        return analyses.clustering(db, analyses.analysts_id(run.id, what))
    k = 0 if meant.method == "hdbscan" else meant.k
    wanted = (meant.method, k, meant.seed, meant.weights, meant.smallest)
    finish(db, jobs.submit_clustering(db, run.id, *wanted), options)
    return analyses.clustering(db, analyses.clustering_id(run.id, *wanted, gone))


def clustered(db: Database, run: Run, options: argparse.Namespace) -> Clustering | None:
    """The clustering with the options' method, k, seed and weights, made where it is not there yet.

    None when it was left to be made in the background. Raises InvalidSetting.
    """
    k, smallest = _size(run, options)
    wanted = (options.method, k, options.seed, weights_of(run, options), smallest)
    identifier = analyses.clustering_id(run.id, *wanted, left_out.of_run(db, run).mark)
    if not finish(db, jobs.submit_clustering(db, run.id, *wanted), options):
        return None
    analyses.renew(db, identifier)
    return analyses.clustering(db, identifier)


def _named(db: Database, run: Run, identifier: str) -> Clustering:
    """Raises NotFound for another run's, too."""
    named = analyses.clustering(db, identifier)
    if named.run_id != run.id:
        raise NotFound(f"Clustering {identifier} is of run {named.run_id}, not of {run.id}.")
    carry_over(db, named)
    return named


def _size(run: Run, options: argparse.Namespace) -> tuple[int, int]:
    """k and HDBSCAN's smallest cluster: one of them is 0. Raises InvalidSetting for both."""
    if options.method != "hdbscan":
        if options.smallest is not None:
            raise InvalidSetting("--smallest goes with --method hdbscan; others take --k.")
        return STANDARD_K["gmm"] if options.k is None else options.k, 0
    if options.k is not None:
        raise InvalidSetting("HDBSCAN finds k by itself; leave --k out, and give --smallest.")
    return 0, default_min_cluster_size(run.frames) if options.smallest is None else options.smallest


def add_by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by",
        default=GROUP,
        metavar="COLUMN",
        help="compare by this column of the videos, as `columns` lists them (group)",
    )


def add_weights(parser: argparse.ArgumentParser, note: str = "") -> None:
    parser.add_argument(
        "--weights",
        type=_words,
        metavar="BLOCK=W,...",
        help="0 to 10 for each block of the latent, as in appearance=1,content=2,words=0 (1)"
        + note,
    )


def weights_of(run: Run, options: argparse.Namespace) -> Weights:
    """The options' weights in their one form. Raises InvalidSetting for blocks the run has not."""
    return normalised(blocks_of(run), options.weights or {})


def _words(text: str) -> Weights:
    try:
        return read(text)
    except InvalidSetting as error:
        raise argparse.ArgumentTypeError(str(error)) from error
