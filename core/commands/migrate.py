"""Makes the tables of the data folder's database, or brings them up to date.

SQLite's are brought up to date by whatever opens them; PostgreSQL's by this command alone, while
nothing else runs on them. With --from-sqlite the records of library.db go on in PostgreSQL, with
--to-sqlite they come back; all are compared, and the files stay in the folder (docs/cluster.md).
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from core.errors import InvalidSetting
from core.format import count
from core.jobs import engine
from core.jobs.require_idle import require_alone
from core.storage import open_library, other_database, postgres
from core.storage.database import REVISION, migrate, open_sqlite
from core.storage.files import Files


def arguments(parser: argparse.ArgumentParser) -> None:
    way = parser.add_mutually_exclusive_group()
    over = "the records of library.db go on in PostgreSQL"
    way.add_argument("--from-sqlite", action="store_true", help=over)
    way.add_argument("--to-sqlite", action="store_true", help="they come back into library.db")


def run(options: argparse.Namespace) -> int:
    """Raises Busy where anything works on the library, InvalidSetting, StorageFailed."""
    if options.to_sqlite:
        _bring_back(options.data)
        return 0
    if options.from_sqlite:
        _bring_over(options.data)
    with closing(migrate(options.data)) as db:
        engine.prepare(db)
    print(f"The tables are those of version {REVISION}.", file=sys.stderr)
    return 0


def _bring_over(folder: Path) -> None:
    """Unless it is there: what broke off after the records were goes on."""
    files = Files(folder)
    if postgres.schema(files) is not None:
        print("The records are in PostgreSQL already.", file=sys.stderr)
        return
    if not files.library_db.exists():
        raise InvalidSetting(f"There is no library.db in {folder}; name its folder with --data.")
    with closing(open_sqlite(files)) as db:
        require_alone(db, "goes on in PostgreSQL")
        rows = other_database.to_postgres(db)
        print(
            f"{count(rows, 'record')} of {db.files.project.name} went to PostgreSQL and were "
            f"compared; the list of jobs begins anew. {db.files.library_db} stays as it was, and "
            "is no longer opened.",
            file=sys.stderr,
        )


def _bring_back(folder: Path) -> None:
    with closing(open_library(folder)) as db:
        if not db.shared:
            raise InvalidSetting(f"The records of {db.files.project.name} are in library.db.")
        require_alone(db, "comes back into library.db")
        schema = postgres.schema(db.files)
        rows = other_database.to_sqlite(db)
        print(
            f"{count(rows, 'record')} of {db.files.project.name} came back into "
            f"{db.files.library_db} and were compared; go on without AFFINITY_DATABASE. The "
            f"database still has them, in the schemas {schema} and {schema}_jobs.",
            file=sys.stderr,
        )
