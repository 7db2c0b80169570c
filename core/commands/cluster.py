"""Divides a run's frames into clusters and prints the clustering's id."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from core.analysis import limits
from core.commands.shared import choices
from core.commands.shared.arguments import add_detach
from core.commands.shared.division import add_method, add_weights, clustered
from core.errors import InvalidSetting
from core.storage import analyses, open_library


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    add_method(parser)
    parser.add_argument("--k", type=int, metavar="N", help="how many clusters (gmm: 12)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="(0)")
    add_weights(parser)
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    if options.k is None and options.method == "kmeans":
        raise InvalidSetting("Say how many clusters there are to be, as in --k 8.")
    clustering = clustered(db, choices.trained_run(db, options.run), options)
    if clustering is not None:
        labels = analyses.division(db, clustering)["labels"]  # (N,)
        sizes = np.bincount(labels + 1, minlength=clustering.k + 1)
        print(clustering.id)
        said = "Frames in each cluster: " + ", ".join(map(str, sizes[1:]))
        print(said + (f"; in no cluster: {sizes[0]}" if sizes[0] else ""), file=sys.stderr)
        if fitted := limits.said(len(labels)):
            print(f"Clusters of this run are {fitted}.", file=sys.stderr)
    return 0
