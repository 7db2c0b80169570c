"""Runs the background jobs of one data folder in this terminal, until it is stopped."""

from __future__ import annotations

import argparse
import os

from core.commands.shared.arguments import positive
from core.jobs import worker


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--idle-exit",
        type=positive(float, "--idle-exit"),
        metavar="S",
        help="end after so many seconds with nothing to do",
    )


def run(options: argparse.Namespace) -> int:
    os.environ["AFFINITY_DATA"] = str(options.data)  # the worker's children read it
    return worker.main([] if options.idle_exit is None else ["--idle-exit", str(options.idle_exit)])
