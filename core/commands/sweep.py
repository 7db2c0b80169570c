"""Shows how a run's clusters change with k: distances, sizes, silhouette and stability."""

from __future__ import annotations

import argparse
import sys

from core.analysis.suggestion import suggest
from core.commands.shared import choices, printing
from core.commands.shared.division import add_weights, weights_of
from core.pipeline.comparison.looked_at import note_sweep
from core.pipeline.division.sweep import swept_run
from core.storage import open_library
from core.storage.progress import Progress

_COLUMNS = (
    *("k", "to_centre", "cross_published", "between_centres", "silhouette"),
    *("over_seeds", "over_resamples", "sizes", "robust"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("--k", type=_range, default=range(2, 21), metavar="A:B", help="(2:20)")
    add_weights(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    found = choices.trained_run(db, options.run)
    weights = weights_of(found, options)
    swept = swept_run(db, found.id, options.k, Progress(None), weights)
    note_sweep(db, found.id, weights)
    rows = [one.row() for one in swept]
    if not options.json:  # a table says which clusters are robust by their numbers
        rows = [{**row, "robust": _numbers(row["robust"])} for row in rows]
    printing.show(rows, _COLUMNS, "There is no k to show.", options.json)
    if not options.json:
        suggested = suggest(swept)
        print(
            "to centre: mean distance of a frame to its own centre (the reports' inter-cluster "
            "distance). cross published: half the mean distance of two centres, as in the "
            "reports. over seeds, over resamples: agreement with divisions from other seeds and "
            "of resampled frames, 1 is the same. robust: clusters that keep their members as k "
            "grows by 1, 2 and 3." + (f"\nSuggested: {suggested.reason}" if suggested else ""),
            file=sys.stderr,
        )
    return 0


def _numbers(robust: list[bool] | None) -> list[int] | None:
    return None if robust is None else [n for n, stays in enumerate(robust, start=1) if stays]


def _range(text: str) -> range:
    """ "2:20" or "5"."""
    first, _, last = text.partition(":")
    try:
        every_k = range(int(first), int(last or first) + 1)
    except ValueError:
        every_k = range(0)
    if not every_k or every_k[0] < 2:
        raise argparse.ArgumentTypeError(f"--k takes A:B with 2 <= A <= B, {text!r} was given")
    return every_k
