"""Shows how a run's clusters change with k: distances, sizes, silhouette and stability."""

from __future__ import annotations

import argparse
import sys

from core.commands import choices, printing
from core.pipeline.sweep import stability_of, sweep_run
from core.storage import open_library

_COLUMNS = (
    "k",
    "to_centre",
    "cross_published",
    "between_centres",
    "silhouette",
    "stability",
    "sizes",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument("--k", type=_range, default=range(2, 21), metavar="A:B", help="(2:20)")
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    found = choices.trained_run(db, options.run)
    rows = [
        {**spread.row(), "stability": stability_of(db, found.id, spread.k)}
        for spread in sweep_run(db, found.id, options.k)
    ]
    printing.show(rows, _COLUMNS, "There is no k to show.", options.json)
    if not options.json:
        print(
            "to centre: mean distance of a frame to its own centre (the reports' inter-cluster "
            "distance). cross published: half the mean distance of two centres, as in the "
            "reports. stability: agreement with two other seeds, 1 is the same.",
            file=sys.stderr,
        )
    return 0


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
