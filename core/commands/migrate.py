"""Makes the tables of the data folder's database, or brings them up to date.

SQLite's are brought up to date by whatever opens them; PostgreSQL's by this command alone, while
nothing else runs on them.
"""

from __future__ import annotations

import argparse
import sys

from core.jobs import engine
from core.storage.database import REVISION, migrate


def arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    db = migrate(options.data)
    engine.prepare(db)
    print(f"The tables are those of version {REVISION}.", file=sys.stderr)
    return 0
