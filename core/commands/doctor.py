"""Checks this installation and the data folder; --repair mends what can be mended."""

from __future__ import annotations

import argparse

from core.doctor import findings
from core.storage import open_library


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")


def run(options: argparse.Namespace) -> int:
    """0 when all is well or was mended, 1 when something is left to do."""
    left = 0
    for finding in findings(open_library(options.data), options.repair):
        verdict = "ok     " if finding.ok else "PROBLEM"
        print(f"{verdict}  {finding.name}: {finding.message}", flush=True)
        left += not finding.ok
    return 1 if left else 0
