"""Progress in rows, on PostgreSQL: what a job's file says, put there by its worker each second.

Times are kept by the database's clock, and read as times of the reader's own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.storage import progress
from core.storage.database import Database
from core.storage.schema import job_progress
from core.storage.workers import NOW


def put(db: Database, job_id: str) -> dict[str, Any]:
    """Copy what a job's file says into its row; gives what it says."""
    said = progress.read(db.files.progress(job_id))
    if not said:
        return said
    at = NOW - max(0.0, time.time() - said.get("at", 0.0))
    first = insert(job_progress).values(job_id=job_id, said=json.dumps(said), at=at)
    again = first.on_conflict_do_update(
        index_elements=[job_progress.c.job_id], set_={"said": first.excluded.said, "at": at}
    )
    with db.aside() as connection:
        connection.execute(again)
    return said


def of(db: Database, job_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What each of some jobs said last, as core.storage.progress has it; {} of one that did not."""
    wanted = job_progress.c.job_id == sa.func.any(sa.cast(list(job_ids), sa.ARRAY(sa.Text)))
    query = sa.select(
        job_progress.c.job_id, job_progress.c.said, (NOW - job_progress.c.at).label("age_s")
    ).where(wanted)
    with db.aside() as connection:
        rows = connection.execute(query).all()
    now = time.time()
    found = {row.job_id: {**json.loads(row.said), "at": now - row.age_s} for row in rows}
    return {job_id: found.get(job_id, {}) for job_id in job_ids}
