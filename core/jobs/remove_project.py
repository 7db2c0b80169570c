"""Removes a project with its worker, unless a job runs in it."""

from __future__ import annotations

from core.jobs import engine
from core.jobs.launch import stop_worker
from core.jobs.require_idle import require_alone, require_idle
from core.storage import Database, acting, postgres, projects


def remove_project(db: Database) -> str:
    """Remove all that the project holds, and close it; gives a sentence that says so.

    A worker that another process started ends by itself when its folder is gone; PostgreSQL's are
    ended before. Rows stay there: another folder may be a copy of this one. Raises Busy while jobs
    wait or run, InvalidSetting for the first project, NotAllowed.
    """
    acting.require("owner", "remove a project")
    project = db.files.project
    projects.check_removable(project)
    (require_alone if db.shared else require_idle)(db, "is removed")
    name, rows = project.name, f"{postgres.schema(db.files)} and {engine.schema(db)}"
    stop_worker(db)
    engine.forget(db)
    db.close()
    projects.remove(project)
    stays = f" Its rows stay in PostgreSQL until the schemas {rows} are dropped there."
    return f"Removed {name}.{stays if db.shared else ''}"
