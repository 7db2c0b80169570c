"""Makes clusters from examples: prints the id of the clustering, whose clusters have their names.

  seed RUN --example Expert=us:10-14 --example "Street=words:on the street" --within 0.9

An example is frames (VIDEO:1-9 with commas between, or a saved selection), or words that captions
have. A frame goes to the nearest mean of examples; where that is more than --within times as far as
the mean of all frames, it is in no cluster.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from core import jobs
from core.analysis.clustering import title
from core.analysis.reassigning import AS_NEAR
from core.commands.shared import choices
from core.commands.shared.arguments import add_detach, positive
from core.commands.shared.division import add_weights, weights_of
from core.commands.shared.frame_list import chosen_frames
from core.commands.shared.waiting import finish
from core.errors import InvalidSetting
from core.pipeline.division import analyst_requests
from core.records import Run
from core.storage import Database, analyses, left_out, open_library, results


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("run", metavar="RUN", help="a run's id or name")
    parser.add_argument(
        "--example", action="append", default=[], metavar="NAME=FRAMES", help="or NAME=words:TEXT"
    )
    parser.add_argument(
        "--within", type=positive(float, "--within"), default=AS_NEAR, metavar="R", help="(1)"
    )
    add_weights(parser)
    add_detach(parser)


def run(options: argparse.Namespace) -> int:
    """Raises NotFound, InvalidSetting."""
    db = open_library(options.data)
    found = choices.trained_run(db, options.run)
    examples = dict(_example(db, found, word) for word in options.example)
    if len(examples) < 2:
        raise InvalidSetting("Give at least two examples, as in --example Expert=us:10-14.")
    gone = left_out.of_run(db, found).mark
    weights = weights_of(found, options)
    what = analyst_requests.seeds(examples, options.within, weights, None, gone)
    identifier = analyses.analysts_id(found.id, what)
    if finish(db, jobs.submit_edit(db, found.id, what), options):
        made = analyses.clustering(db, identifier)
        labels = analyses.division(db, made)["labels"]
        sizes = np.bincount(labels + 1, minlength=made.k + 1)
        print(identifier)
        named = ", ".join(f"{n} {k}" for n, k in zip(examples, sizes[1:], strict=True))
        print(f"{title(made)}: {named}; in no cluster {sizes[0]}", file=sys.stderr)
    return 0


def _example(db: Database, run: Run, word: str) -> tuple[str, np.ndarray | str]:
    name, equals, of = word.partition("=")
    if not (name.strip() and equals and of.strip()):
        raise InvalidSetting(f"--example takes NAME=FRAMES or NAME=words:TEXT; {word!r} was given.")
    if of.startswith("words:"):
        return name.strip(), of.removeprefix("words:").strip()
    row_of = results.rows_of(db, run.id)
    chosen = chosen_frames(db, of, row_of)
    return name.strip(), np.array(sorted({row_of[f] for f in chosen if f in row_of}), int)
