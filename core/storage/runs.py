"""Every query on runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.errors import NotFound
from core.records import Run
from core.storage import acting
from core.storage.annotations import cluster_marks
from core.storage.database import Database
from core.storage.files import remove_tree
from core.storage.rows import change, listed, only, to_row
from core.storage.schema import runs


def add(db: Database, run: Run) -> bool:
    """Record a run; False when its id is there already (the same work asked for twice)."""
    with db.write() as connection:
        if connection.execute(sa.select(runs.c.id).where(runs.c.id == run.id)).first():
            return False
        connection.execute(sa.insert(runs).values(to_row(run)))
        return True


def get(db: Database, run_id: str) -> Run:
    """Raises NotFound."""
    return only(db, Run, sa.select(runs).where(runs.c.id == run_id), f"run {run_id!r}")


def frames(db: Database, run_id: str) -> int:
    """How many frames a run was asked to be trained on; 0 for an unknown run."""
    with db.read() as connection:
        found = connection.execute(sa.select(runs.c.frames).where(runs.c.id == run_id)).scalar()
    return found or 0


def every(db: Database) -> list[Run]:
    """All runs, newest first."""
    return listed(db, Run, sa.select(runs).order_by(runs.c.created_at.desc(), runs.c.id))


def using(db: Database, video_id: str) -> list[Run]:
    """The runs that were, or are being, trained on a video."""
    return [run for run in every(db) if video_id in run.video_ids]


def update(db: Database, run_id: str, **changes: Any) -> None:
    """Set some fields. Raises NotFound."""
    if not change(db, runs, changes, runs.c.id == run_id):
        raise NotFound(f"There is no run {run_id!r} in this library.")


def change_state(db: Database, run_id: str, of: tuple[str, ...], **changes: Any) -> bool:
    """Set some fields of a run whose state is one of `of`; False when it is in another, or gone."""
    return change(db, runs, changes, runs.c.id == run_id, runs.c.state.in_(of))


def has_named_clusters(db: Database, run_id: str) -> bool:
    """Whether an analyst's work hangs on this run: names, colours, notes or merges of clusters."""
    return bool(cluster_marks.marked_clusterings(db, [run_id]))


def delete(db: Database, run_id: str) -> None:
    """Remove a run with its clusterings, projections and files. Raises NotAllowed."""
    acting.require("owner", "delete a run")
    with db.write() as connection:
        connection.execute(sa.delete(runs).where(runs.c.id == run_id))
    remove_tree(db.files.run(run_id))
