"""What the end of a job means for the row of its video or run, whoever ended it."""

from __future__ import annotations

import time

from core.records import RunState
from core.storage import Database, runs, videos
from core.tables import store

CANCELLED = "Cancelled."
_ACTIVE = ("queued", "running")


def mark_row_running(db: Database, kind: str, subject: str) -> None:
    """A job was taken: the row of its run no longer waits for its turn."""
    if kind == "train":
        runs.change_state(db, subject, ("queued",), state="running", message="")


def mark_row_ended(db: Database, kind: str, subject: str, state: RunState, message: str) -> None:
    """A job ended as "failed" or "cancelled": a row that still waits for its result says so.

    A row that has its result, or is gone, stays as it is; so this may be called twice.
    """
    if kind == "ingest":
        videos.change_state(db, subject, ("waiting",), state="failed", message=message)
    elif kind == "train":
        _end_run(db, subject, state, message)
    elif kind == "baseline":
        for run in runs.every(db):
            if run.automatic:
                _end_run(db, run.id, state, message)
    elif kind == "tables":
        for run_id in store.run_ids(db, subject):
            _end_run(db, run_id, state, message)


def _end_run(db: Database, run_id: str, state: RunState, message: str) -> None:
    runs.change_state(db, run_id, _ACTIVE, state=state, message=message, finished_at=time.time())
