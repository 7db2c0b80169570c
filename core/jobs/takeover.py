"""What one worker on PostgreSQL does for all: it gives back to the queues what the silent held."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import sqlalchemy as sa
from dbos import DBOS

from core.jobs import engine
from core.storage import Database, workers

_logger = logging.getLogger("worker")
_LEADS = sa.text(
    "SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema() || '/leader', 0))"
)


@contextlib.contextmanager
def leading(db: Database) -> Iterator[bool]:
    """Whether this worker is the one that keeps house now; the others wait for their next turn."""
    with db.aside() as connection:
        yield bool(connection.execute(_LEADS).scalar())


def take_over(db: Database, steady_s: float) -> list[str]:
    """Give the jobs of workers that are silent, or have ended, back to their queues.

    `steady_s`: for how long this worker was heard of itself. When the database was away, all are
    silent at first, and nobody may be taken for dead. Gives the names of those taken over.
    """
    silent_s = {worker.name: worker.silent_s for worker in workers.every(db)}
    running = engine.client(db).list_workflows(
        status="PENDING", load_input=False, load_output=False
    )
    owners = {str(job.executor_id) for job in running}
    dead = sorted(
        owner
        for owner in owners
        if owner not in silent_s
        or (silent_s[owner] > workers.SILENCE_S and steady_s > workers.SILENCE_S)
    )
    if dead:
        held = sorted(job.workflow_id for job in running if job.executor_id in dead)
        _logger.info("Taking over from %s: %s", ", ".join(dead), ", ".join(held))
        # Its UPDATE names the dead, so two that do it at once do it once (private: dbos 3.4).
        DBOS._recover_pending_workflows(dead)
    return dead
