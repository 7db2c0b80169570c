"""Refuses what can be done to a project only while no job of it waits or runs."""

from __future__ import annotations

from core.errors import Busy
from core.format import count
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
