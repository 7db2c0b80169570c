"""Lays a run's frames out as a map and prints the projection's id."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from core import jobs
from core.analysis import limits
from core.analysis.projection import settings_of
from core.commands.shared import choices
from core.commands.shared.arguments import add_detach
from core.commands.shared.division import add_weights, weights_of
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting
from core.pipeline.comparison.looked_at import note_map
from core.storage import analyses, left_out, open_library


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("--method", default="tsne", choices=("tsne", "umap", "pca"), help="(tsne)")
    parser.add_argument("--perplexity", type=float, metavar="P", help="for tsne: 5 to 50 (15)")
    add_weights(parser)
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    if options.perplexity is not None and options.method != "tsne":
        raise InvalidSetting("--perplexity belongs to --method tsne; leave it out.")
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    weights = weights_of(chosen, options)
    settings: dict[str, Any] = settings_of(
        options.method, chosen.frames, options.perplexity, weights
    )
    job_id = jobs.submit_projection(db, chosen.id, options.method, settings)
    if finish(db, job_id, options):
        gone = left_out.of_run(db, chosen).mark
        identifier = analyses.projection_id(chosen.id, options.method, settings, gone)
        analyses.renew(db, identifier)
        note_map(db, analyses.projection(db, identifier))
        print(identifier)
        if "landmarks" in settings:
            print(f"This map is {limits.said(chosen.frames)}.", file=sys.stderr)
    return 0
