"""Lets jobs be asked for in a project that was just made, and says who will do them."""

from __future__ import annotations

from contextlib import closing

from core.jobs import engine
from core.storage import open_library
from core.storage.project import Project


def begin(project: Project) -> str:
    """A sentence that says so, and on PostgreSQL who has to be started; again it does no harm."""
    there = f"{project.name} is there."
    with closing(open_library(project.folder)) as db:
        if not db.shared:
            return there
        engine.prepare(db)
        engine.forget(db)
    return f"{there} Start a worker of its own: python -m core worker --project {project.id}."
