"""The workers on PostgreSQL: who they are, and when each was last heard of by the database's clock.

A worker that ends has its row deleted; one that is killed, frozen or cut off falls silent.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.config import takeover_s
from core.records import WorkerState
from core.storage.database import Database
from core.storage.schema import workers

SILENCE_S = takeover_s()  # without a beat, after which others take a worker's jobs over
LOSE_S = SILENCE_S * 2 / 3  # after which it ends them itself: 20 s
ALIVE_S = SILENCE_S * 4 / 15  # after which it is said to be silent: 8 s
BEAT_S = SILENCE_S / 15  # 2 s
NOW = sa.func.date_part("epoch", sa.func.clock_timestamp())


def beat(connection: sa.Connection, worker: WorkerState) -> None:
    """Within a transaction: say that a worker is there, and what it has."""
    facts = {name: getattr(worker, name) for name in _FACTS}
    facts["queues"] = " ".join(worker.queues)
    first = insert(workers).values(name=worker.name, **facts, began_at=NOW, beat_at=NOW)
    again = first.on_conflict_do_update(
        index_elements=[workers.c.name], set_={**facts, "beat_at": NOW}
    )
    connection.execute(again)


def gone(db: Database, name: str) -> None:
    """A worker ended: what it has left undone may be taken up at once."""
    with db.aside() as connection:
        connection.execute(sa.delete(workers).where(workers.c.name == name))


def every(db: Database) -> list[WorkerState]:
    """All that have not ended by themselves, in the order of their names."""
    query = sa.select(workers, (NOW - workers.c.beat_at).label("silent_s")).order_by(workers.c.name)
    with db.aside() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        WorkerState(
            row["name"],
            **{name: row[name] for name in _FACTS if name != "queues"},
            queues=tuple(row["queues"].split()),
            silent_s=row["silent_s"],
        )
        for row in rows
    ]


def alive(db: Database) -> list[WorkerState]:
    """Those that were heard of just now."""
    return [worker for worker in every(db) if worker.silent_s < ALIVE_S]


def listens(db: Database, queue: str) -> bool:
    """Whether any worker that is there takes jobs of `queue`."""
    return any(queue in worker.queues for worker in alive(db))


def forget(db: Database, names: Sequence[str]) -> None:
    """Delete the rows of workers that have been silent for a day, of those in `names`."""
    old = NOW - workers.c.beat_at > 24 * 3600.0
    with db.aside() as connection:
        connection.execute(sa.delete(workers).where(workers.c.name.in_(names), old))


_FACTS = (
    *("host", "pid", "queues", "version", "devices", "processors", "memory"),
    *("flops", "device_memory"),
)
