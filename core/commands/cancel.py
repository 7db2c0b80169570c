"""Cancels a job, by its id or that of its run or video."""

from __future__ import annotations

import argparse
import sys

from core import jobs
from core.commands.shared import choices
from core.errors import InvalidSetting
from core.storage import open_library


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", metavar="JOB", help="a job's id; `jobs` lists them")


def run(options: argparse.Namespace) -> int:
    db = open_library(options.data)
    job = choices.job(db, options.job)
    if job.state not in ("queued", "running"):
        raise InvalidSetting(f"Job {job.id} has ended already ({job.state}).")
    jobs.cancel(db, job.id)
    print(f"Cancelled: {job.title}.", file=sys.stderr)
    return 0
