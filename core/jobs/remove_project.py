"""Removes a project with its worker, unless a job runs in it."""

from __future__ import annotations

from core.errors import Busy
from core.format import count
from core.jobs import engine
from core.jobs.launch import stop_worker
from core.jobs.status import live
from core.storage import Database, acting, projects


def remove_project(db: Database) -> None:
    """Remove all that the project holds, and close it.

    A worker that another process started ends by itself when its folder is gone. Raises Busy while
    jobs wait or run, InvalidSetting for the first project, NotAllowed.
    """
    acting.require("owner", "remove a project")
    project = db.files.project
    projects.check_removable(project)
    if waiting := live(db):
        raise Busy(
            f"{count(len(waiting), 'job')} of {project.name} {'is' if len(waiting) == 1 else 'are'}"
            " not done; cancel them, or wait for them, before you remove the project."
        )
    stop_worker(db)
    engine.forget(db)
    db.close()
    projects.remove(project)
