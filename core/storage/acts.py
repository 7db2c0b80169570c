"""Who did what on a team's server: one row for each kind of change in each write, and each job."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.format import utc
from core.records import Act
from core.storage.schema import acts

COLUMNS = ("at", "who", "did", "subject")
_SUBJECTS = ("video_id", "run_id", "clustering_id", "sample_id", "name", "id")
_VERBS = {"insert": "added", "update": "changed", "delete": "removed"}
_SILENT = frozenset({"acts", "looked_at", "link_texts"})  # what is noted whoever looks on


def of_execution(statement: Any, result: sa.CursorResult[Any]) -> list[tuple[str, str]]:
    """What a statement did, and to what: [("added captions", "abc")]; [] for what is no act."""
    if not getattr(statement, "is_dml", False) or statement.table.name in _SILENT:
        return []
    if not result.rowcount:
        return []
    did = f"{_VERBS[statement.__visit_name__]} {statement.table.name.replace('_', ' ')}"
    return [(did, _subject(values)) for values in result.context.compiled_parameters]


def _subject(values: Mapping[str, Any]) -> str:
    for wanted in _SUBJECTS:
        for key, value in values.items():
            if key == wanted or key.rstrip("0123456789") == f"{wanted}_":  # of its WHERE
                return str(value)[:200]
    return ""


def note(connection: sa.Connection, who: str, done: Iterable[tuple[str, str]]) -> None:
    """Within a write: say that somebody did these, each once."""
    now = time.time()
    values = [
        {"at": now, "who": who, "did": did, "subject": subject}
        for did, subject in dict.fromkeys(done)
    ]
    if values:
        connection.execute(sa.insert(acts), values)


def row(act: Act) -> dict[str, str]:
    """As it is listed in a file: its time in UTC, as ISO 8601 has it."""
    return {"at": utc(act.at), "who": act.who, "did": act.did, "subject": act.subject}


def newest(connection: sa.Connection, most: int | None, who: str = "") -> list[Act]:
    """The newest first, all where `most` is None; of one person where `who` is said."""
    query = sa.select(acts).order_by(acts.c.id.desc()).limit(most)
    if who:
        query = query.where(acts.c.who == who)
    found = connection.execute(query)
    return [Act(row.at, row.who, row.did, row.subject) for row in found]
