"""The fence of PostgreSQL's jobs: attempts are counted, and only the latest may publish anything.

A worker counts a job's attempt before its process starts and tells it the number. Each transaction
that writes, and each file before it takes its place, is refused to a process whose number is no
longer the latest: one that froze, or was cut off, while another worker took its job over.
"""

from __future__ import annotations

import os
import re

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.errors import Superseded
from core.storage.schema import attempts

VARIABLE = "AFFINITY_ATTEMPTS"  # "WORK=NUMBER", several parted by spaces


def work_of(job_id: str) -> str:
    """What a job is to do: jobs are named WORK, WORK-2, WORK-3 and so on."""
    return re.sub(r"-\d{1,3}$", "", job_id)


def begin(connection: sa.Connection, work: str) -> int:
    """Within a write: count one more attempt at `work` and give its number."""
    first = insert(attempts).values(work=work, attempt=1)
    counted = first.on_conflict_do_update(
        index_elements=[attempts.c.work], set_={"attempt": attempts.c.attempt + 1}
    )
    return connection.execute(counted.returning(attempts.c.attempt)).scalar_one()


def held(work: str, attempt: int) -> str:
    """What the environment of a process says that makes this attempt, beside what it said."""
    return f"{os.environ.get(VARIABLE, '')} {work}={attempt}".strip()


def own() -> dict[str, int]:
    """The attempts that this process makes: none in a page, a command or a worker."""
    pairs = [pair.rsplit("=", 1) for pair in os.environ.get(VARIABLE, "").split()]
    return {work: int(number) for work, number in pairs}


def is_latest(connection: sa.Connection, work: str, attempt: int) -> bool:
    """Whether nobody has begun a later attempt at `work`."""
    query = sa.select(attempts.c.attempt).where(attempts.c.work == work)
    return connection.execute(query).scalar() == attempt


def require_latest(connection: sa.Connection) -> None:
    """Raises Superseded where a later attempt than this process's has begun."""
    for work, attempt in own().items():
        if not is_latest(connection, work, attempt):
            raise Superseded(f"Another attempt at {work} has begun; this one ({attempt}) ends.")
