"""Writes a run's clusters as CSV, or its latents as npz with the same rows.

The CSV's distances are those of the clustering's weights; the latents are written without any.
"""

from __future__ import annotations

import argparse
import sys

from core import export
from core.analysis.weighting import written
from core.commands import choices
from core.commands.arguments import output_file
from core.commands.division import add_division, division
from core.pipeline.captions import frame_captions
from core.storage import open_library


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--clusters", type=output_file, metavar="F.csv", help="one row per frame")
    what.add_argument(
        "--latents", type=output_file, metavar="F.npz", help="(N, D), rows as in the CSV"
    )
    add_division(parser)


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    chosen = choices.trained_run(db, options.run)
    if options.latents is not None:
        export.latents_npz(db, chosen.id, options.latents)
        return _say(f"Wrote the latents of {chosen.frames} frames to {options.latents}.")
    clustering = division(db, chosen, options)
    captions = {video_id: frame_captions(db, video_id) for video_id in chosen.video_ids}
    projection = choices.last_projection(db, chosen.id, clustering.weights)
    rows = export.cluster_rows(db, clustering, projection, captions)
    export.write_csv(options.clusters, rows)
    weighed = f", weights {written(clustering.weights)}" if clustering.weights else ""
    made = f"{clustering.k} clusters ({clustering.method}{weighed})"
    return _say(f"Wrote {len(rows)} frames in {made} to {options.clusters}.")


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 0
