"""Lists the trainings, with their errors as 255 x MSE."""

from __future__ import annotations

import argparse

from core.commands.shared import printing
from core.storage import open_library, runs

_COLUMNS = ("id", "name", "model", "preset", "state", "frames", "latent_size")
_RESULTS = ("error_train", "error_held_out", "seconds")
_FIELDS = (*_COLUMNS, *_RESULTS, "device", "automatic", "message")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    rows = [
        {**printing.fields(run, *_FIELDS), "videos": run.video_ids}
        for run in runs.every(open_library(options.data))
    ]
    empty = "There are no runs yet; train one: python -m core train --model affinity"
    printing.show(rows, _COLUMNS + _RESULTS, empty, options.json)
    return 0
