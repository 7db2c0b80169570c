"""Whether a job's process may go on: its worker is heard of, and no later attempt has begun."""

from __future__ import annotations

import sqlalchemy as sa

from core.storage import fence
from core.storage.database import Database
from core.storage.schema import workers
from core.storage.workers import LOSE_S, NOW

VARIABLE = "AFFINITY_WORKER"  # says to a job's process who started it


def holds(db: Database, worker: str) -> bool:
    """Raises DatabaseUnreachable where that cannot be told."""
    query = sa.select(NOW - workers.c.beat_at).where(workers.c.name == worker)
    with db.aside() as connection:
        silent_s = connection.execute(query).scalar()
        if silent_s is None or silent_s > LOSE_S:
            return False
        return all(fence.is_latest(connection, *one) for one in fence.own().items())
