"""Removes a project with its worker, unless a job runs in it."""

from __future__ import annotations

from core.jobs import engine
from core.jobs.launch import stop_worker
from core.jobs.require_idle import require_idle
from core.storage import Database, acting, projects


def remove_project(db: Database) -> None:
    """Remove all that the project holds, and close it.

    A worker that another process started ends by itself when its folder is gone. Raises Busy while
    jobs wait or run, InvalidSetting for the first project, NotAllowed.
    """
    acting.require("owner", "remove a project")
    project = db.files.project
    projects.check_removable(project)
    require_idle(db, "is removed")
    stop_worker(db)
    engine.forget(db)
    db.close()
    projects.remove(project)
