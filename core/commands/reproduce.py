"""Makes a study again from a replication package, in an empty folder, and says what is equal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.commands.shared import printing
from core.pipeline.package.reproduce import reproduce, verdict
from core.storage import open_library
from core.storage.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="F.zip", help="from export --package")


def run(options: argparse.Namespace) -> int:
    """0 where all is equal, else 1. Raises InvalidSetting."""
    checks = reproduce(open_library(options.data), Path(options.package), Progress(None))
    for check in checks:
        said = f"differs: {check.differs}" if check.differs else "equal"
        print(f"{printing.plain(check.what)}: {printing.plain(said)}", file=sys.stderr)
    print(printing.plain(verdict(checks)))
    return int(any(check.differs for check in checks))
