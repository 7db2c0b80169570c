"""A job's attempts on PostgreSQL: counted before its process starts, by the worker that owns it."""

from __future__ import annotations

import sqlalchemy as sa

from core.jobs import engine
from core.storage import Database, fence


def begin(db: Database, job_id: str, worker: str) -> int | None:
    """Count an attempt at a job's work and give its number.

    None where the job is no longer this worker's: another one took it over, or it was cancelled.
    """
    with db.write() as connection:
        if not _owns(db, connection, job_id, worker):
            return None
        return fence.begin(connection, fence.work_of(job_id))


def is_ours(db: Database, job_id: str, worker: str, attempt: int) -> bool:
    """Whether an attempt is the latest one, and its job still this worker's."""
    with db.read() as connection:
        latest = fence.is_latest(connection, fence.work_of(job_id), attempt)
        return latest and _owns(db, connection, job_id, worker)


def end(db: Database, job_id: str) -> None:
    """Let no attempt that is under way publish anything: its job was cancelled."""
    with db.write() as connection:
        fence.begin(connection, fence.work_of(job_id))


def _owns(db: Database, connection: sa.Connection, job_id: str, worker: str) -> bool:
    query = sa.text(
        f'SELECT true FROM "{engine.schema(db)}".workflow_status WHERE workflow_uuid = :job '
        "AND executor_id = :worker AND status = 'PENDING'"
    )
    return bool(connection.execute(query, {"job": job_id, "worker": worker}).scalar())
