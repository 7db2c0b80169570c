"""Runs the background jobs of one data folder in this terminal, until it is stopped.

On PostgreSQL several may run, each with a name of its own; one that starts again under its name has
its jobs back.
"""

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
    parser.add_argument("--name", help="on PostgreSQL: its own name (that of the machine)")
    parser.add_argument(
        "--queues", metavar="Q,...", help="on PostgreSQL: what it does (all that it can)"
    )


def run(options: argparse.Namespace) -> int:
    os.environ["AFFINITY_DATA"] = str(options.data)  # the worker's children read it
    given = ("idle-exit", options.idle_exit), ("name", options.name), ("queues", options.queues)
    words = [word for name, value in given if value is not None for word in (f"--{name}", value)]
    return worker.main(list(map(str, words)))
