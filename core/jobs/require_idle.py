"""Refuses what can be done to a project only while no job of it waits or runs, or no worker."""

from __future__ import annotations

from core.errors import Busy
from core.format import count
from core.jobs.lock import worker_alive
from core.jobs.status import live
from core.storage import Database


def require_idle(db: Database, becomes: str) -> None:
    """Raises Busy where jobs wait or run; `becomes` says what is to be done: "is removed"."""
    if waiting := live(db):
        jobs = f"{count(len(waiting), 'job')} of {db.files.project.name}"
        raise Busy(
            f"{jobs} {'is' if len(waiting) == 1 else 'are'} not done; cancel them, or wait for "
            f"them, before the project {becomes}."
        )


def require_alone(db: Database, becomes: str) -> None:
    """The same, and raises Busy where a worker is there, as beside an app that is open."""
    require_idle(db, becomes)
    if worker_alive(db):
        raise Busy(
            f"A worker of {db.files.project.name} runs; stop it, and the app, before the project "
            f"{becomes}."
        )
