"""Divides a run's frames into clusters and prints the clustering's id."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from core.commands import choices
from core.commands.arguments import add_detach
from core.commands.division import clustered
from core.commands.weights import add_weights
from core.storage import analyses, open_library


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("--method", default="kmeans", choices=("kmeans", "gmm"), help="(kmeans)")
    parser.add_argument("--k", type=int, required=True, metavar="N", help="how many clusters")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="(0)")
    add_weights(parser)
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    clustering = clustered(db, choices.trained_run(db, options.run), options)
    if clustering is not None:
        sizes = np.bincount(analyses.division(db, clustering)["labels"], minlength=clustering.k)
        print(clustering.id)
        print("Frames in each cluster: " + ", ".join(map(str, sizes)), file=sys.stderr)
    return 0
