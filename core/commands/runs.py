"""Lists the trainings, with their errors as 255 x MSE."""

from __future__ import annotations

import argparse

from core.commands.shared import printing
from core.records import Run
from core.storage import open_library, runs

_COLUMNS = ("id", "name", "model", "preset", "state", "frames", "latent_size")
_RESULTS = ("error_train", "error_held_out", "seconds")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="a JSON list of objects")


def run(options: argparse.Namespace) -> int:
    rows = [_row(run) for run in runs.every(open_library(options.data))]
    empty = "There are no runs yet; train one: python -m core train --model affinity"
    printing.show(rows, _COLUMNS + _RESULTS, empty, options.json)
    return 0


def _row(run: Run) -> dict:
    return {
        "id": run.id,
        "name": run.name,
        "model": run.model,
        "preset": run.preset,
        "state": run.state,
        "videos": list(run.video_ids),
        "frames": run.frames,
        "latent_size": run.latent_size,
        "error_train": run.error_train,
        "error_held_out": run.error_held_out,
        "seconds": run.seconds,
        "device": run.device,
        "automatic": run.automatic,
        "message": run.message,
    }
