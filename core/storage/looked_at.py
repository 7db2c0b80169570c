"""Every query on what was looked at: each analysis is one row, however often it was looked at."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.records import LookedAt
from core.storage import rows
from core.storage.database import Database
from core.storage.schema import looked_at

_SAME_S = 1800.0  # looked at again within so long is the same look


def note(db: Database, kind: str, what: Mapping[str, Any], tests: int = 0) -> None:
    """Say that an analysis was looked at; `what` tells it from others, `tests` counts its p.

    Rows stay when runs and videos are deleted: that something was tried does not change.
    """
    now = time.time()
    identifier = _identifier(kind, what)
    with db.write(on_reading=True) as connection:
        found = connection.execute(
            sa.select(looked_at.c.last_at).where(looked_at.c.id == identifier)
        ).first()
        if found is None:
            one = LookedAt(identifier, kind, dict(what), tests, 1, now, now)
            connection.execute(sa.insert(looked_at).values(rows.to_row(one)))
            return
        more = 1 if now - found.last_at > _SAME_S else 0
        change = {"times": looked_at.c.times + more, "last_at": now, "tests": tests}
        connection.execute(sa.update(looked_at).where(looked_at.c.id == identifier).values(change))


def every(db: Database) -> list[LookedAt]:
    """All of it, in the order in which it was first looked at."""
    query = sa.select(looked_at).order_by(looked_at.c.first_at, looked_at.c.id)
    return rows.listed(db, LookedAt, query)


def restore(db: Database, kept: Iterable[LookedAt]) -> None:
    """Put rows into a library that has none of them, as they were."""
    values = [rows.to_row(one) for one in kept]
    if values:
        with db.write() as connection:
            connection.execute(sa.insert(looked_at), values)


def _identifier(kind: str, what: Mapping[str, Any]) -> str:
    content = json.dumps([kind, what], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
