"""One job in a process of its own: `python -m core.pipeline KIND ARGUMENTS-JSON --job ID`.

Exit codes: 0 done, also where there was nothing to be found; 2 refused, with the reason in the
progress file; 3 out of memory, likewise; 4 no room on the disk, worth another attempt when there
is; 1 a fault of ours, worth another one.
"""

from __future__ import annotations

import argparse
import json
import pkgutil
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.config import data_folder
from core.errors import (
    AffinityError,
    BucketFailed,
    DatabaseUnreachable,
    DiskFull,
    NothingFound,
    OutOfMemory,
    Superseded,
)
from core.pipeline.out_of_memory import out_of_memory
from core.pipeline.process import end_with_parent, give_way, hold_job_lock, keep_lease
from core.storage import Database, open_library, room
from core.storage.progress import Progress

Action = Callable[..., Any]  # called with the library, the job's arguments and a Progress

_LOWER = {
    "ingest": "choose more seconds between frames",
    "captions": "cut the video into parts",
    "train": "lower batch_size, or width and height; of dense-cvae first_dense",
    "baseline": "train PCA on fewer videos",
    "cluster": "use K-means, or fewer videos",
    "recluster": "choose fewer frames",
    "edit": "use fewer videos",
    "project": "use PCA instead, or fewer videos",
    "sweep": "use fewer videos",
    "compare": "compare a run of fewer videos",
    "cuts": "cut the videos into parts",
    "look": "cut the videos into parts",
    "tables": "make the quick tables, or name fewer videos",
}


def _later(function: str) -> Action:
    """A function of the pipeline, imported when it is called: torch takes seconds."""

    def action(*given: Any, **named: Any) -> Any:
        return pkgutil.resolve_name(f"core.pipeline.{function}")(*given, **named)

    return action


def _compare(
    db: Database,
    run_id: str,
    clustering_id: str,
    report: Progress,
    by: str = "group",
    where: str = "",
) -> None:
    """The run is the clustering's."""
    _later("comparison.centres:compare_with_centres")(db, clustering_id, report, by, where)


ACTIONS: dict[str, Action] = {
    "ingest": _later("intake.decode_video:decode_video"),
    "captions": _later("recognition.recognise:make_captions"),
    "train": _later("training.train:train"),
    "baseline": _later("training.baseline:baseline"),
    "cluster": _later("division.analyse:cluster"),
    "recluster": _later("division.recluster:recluster"),
    "edit": _later("division.analyst_edits:edit"),
    "project": _later("division.analyse:project"),
    "sweep": _later("division.sweep:make_sweep"),
    "compare": _compare,
    "cuts": _later("intake.watch_cuts:watch_cuts"),
    "look": _later("curation.look:look"),
    "tables": _later("tables.train_tables:make_tables"),
}


def main(words: Sequence[str] | None = None, actions: Mapping[str, Action] = ACTIONS) -> int:
    """Do one job and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m core.pipeline", description=__doc__)
    parser.add_argument("kind", choices=sorted(actions))
    parser.add_argument("arguments", type=json.loads, metavar="ARGUMENTS-JSON")
    parser.add_argument("--job", required=True, metavar="ID")
    given = parser.parse_args(words)
    end_with_parent()
    give_way()
    try:
        db = open_library(data_folder())
    except DiskFull:
        return 4
    keep_lease(db)
    try:
        return _do(db, given, actions)
    except Superseded as error:  # whatever it was about to say is another's to say now
        sys.stderr.write(f"{error}\n")
        return 2


def _do(db: Database, given: argparse.Namespace, actions: Mapping[str, Action]) -> int:
    report = Progress(db.files.progress(given.job))
    try:
        report(0.0, "Starting")
        with hold_job_lock(db, given.job):
            actions[given.kind](db, **given.arguments, report=report)
    except NothingFound as error:
        report.conclude(str(error))
    except Exception as error:
        return _explain(db, error, given.kind, given.job, report)
    return 0


def _explain(db: Database, error: Exception, kind: str, job_id: str, report: Progress) -> int:
    """Leave a sentence for the reader of the job, the details in the log; give the exit code."""
    if room.is_full(error, db.files.folder):
        report.hold(room.needed_after(db.files.folder, getattr(error, "needed", 0)))
        return 4
    traceback.print_exception(error)
    if isinstance(error, (BucketFailed, DatabaseUnreachable)):
        return 1
    if isinstance(error, OutOfMemory):
        report.fail(str(error))
        return 3
    if isinstance(error, AffinityError):
        report.fail(str(error))
        return 2
    if out_of_memory(error):
        report.fail(f"This did not fit into memory; {_LOWER[kind]}.")
        return 3
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    report.fail(f"It stopped unexpectedly ({what}); the details are in logs/{job_id}.log.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
