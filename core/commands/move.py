"""Copies the project to a bucket, move --to s3://BUCKET/PREFIX, or such a copy back into a folder.

move --from s3://BUCKET/PREFIX --to FOLDER makes a folder the project. What is there already and
equal is not sent again, so that what broke off goes on; at the end all is counted and compared by
SHA-256. With --work no copy is made: the project itself, on PostgreSQL, is worked on there from
then on, in a bucket, or with AFFINITY_FILES in a folder again.
AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY say which store it is and
who asks (docs/object-store.md).
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from core.commands.shared.waiting import StepLine
from core.errors import InvalidSetting
from core.format import count, size
from core.jobs.require_idle import require_alone, require_idle
from core.storage import bucket_copies, moving, open_library
from core.storage.bucket import is_address
from core.storage.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="WHERE", help="s3://… or a new folder")
    work = "go on working there, with all files; needs PostgreSQL"
    parser.add_argument("--work", action="store_true", help=work)
    parser.add_argument("--from", dest="source", metavar="s3://…", help="the copy to fetch")


def run(options: argparse.Namespace) -> int:
    """Raises InvalidSetting, Busy, BucketFailed, StorageFailed, DiskFull."""
    line = StepLine(sys.stderr)
    try:
        done = _move(options, line)
    finally:
        line.close()
    copy = done.copy
    went = f"{count(done.files, 'file')} ({size(done.bytes)}) went"
    print(
        f"{went}; {options.to} holds all {count(copy.files, 'file')} ({size(copy.bytes)}) of "
        f"{copy.name}, compared by SHA-256.",
        file=sys.stderr,
    )
    if options.work:
        print(_start(options.to), file=sys.stderr)
    return 0


def _start(where: str) -> str:
    """What to set from now on, after a move --work."""
    if is_address(where):
        return (
            f"Start every worker and web process with AFFINITY_FILES={where} and, on each "
            "machine, an empty folder as AFFINITY_DATA; the folder so far may then be removed."
        )
    return (
        f"Start every worker and web process without AFFINITY_FILES, and with "
        f"AFFINITY_DATA={Path(where).absolute()}; the bucket is as it was and may be removed, and "
        "so may the folders that machines had beside it."
    )


def _move(options: argparse.Namespace, progress: Progress) -> bucket_copies.Done:
    if options.source is None and (options.work or is_address(options.to)):
        with contextlib.closing(open_library(options.data, moving=options.work)) as db:
            if not options.work:
                require_idle(db, "is copied")
                return bucket_copies.send(db, options.to, progress)
            require_alone(db, "is moved")
            if is_address(options.to):
                return moving.move_into(db, options.to, progress)
            return moving.move_out(db, Path(options.to), progress)
    fetches = options.source is not None and is_address(options.source) and not options.work
    if fetches and not is_address(options.to):
        return bucket_copies.fetch(options.source, Path(options.to), progress)
    raise InvalidSetting(
        "Write move --to s3://BUCKET/PREFIX, or move --from s3://BUCKET/PREFIX --to FOLDER, for a "
        "copy; move --work --to s3://BUCKET/PREFIX, or --to FOLDER, to go on there."
    )
