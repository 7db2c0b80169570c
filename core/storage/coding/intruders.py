"""Every query on the intruder task: who found the frame of another cluster among four of one."""

from __future__ import annotations

import json
import time

import sqlalchemy as sa

from core.records import IntruderAnswer
from core.storage.annotations import validate_text
from core.storage.database import Database
from core.storage.schema import intruder_answers


def write(db: Database, clustering_id: str, answer: IntruderAnswer) -> None:
    """Keep an answer; the same trial answered again is replaced. Raises InvalidSetting."""
    coder = validate_text.name(answer.coder, "A coder")
    row = {
        "clustering_id": clustering_id,
        "coder": coder,
        "trial": answer.trial,
        "number": answer.number,
        "members": json.dumps(answer.members),
        "found": int(answer.found),
        "answered_at": time.time(),
    }
    with db.write() as connection:
        connection.execute(sa.delete(intruder_answers).where(*_at(clustering_id, coder, answer)))
        connection.execute(sa.insert(intruder_answers).values(row))


def remove(db: Database, clustering_id: str, answer: IntruderAnswer) -> None:
    """Take an answer back."""
    with db.write() as connection:
        where = _at(clustering_id, answer.coder, answer)
        connection.execute(sa.delete(intruder_answers).where(*where))


def every(db: Database, clustering_id: str) -> list[IntruderAnswer]:
    """All answers of a clustering, by coder and trial."""
    query = (
        sa.select(
            intruder_answers.c.coder,
            intruder_answers.c.trial,
            intruder_answers.c.number,
            intruder_answers.c.members,
            intruder_answers.c.found,
        )
        .where(intruder_answers.c.clustering_id == clustering_id)
        .order_by(intruder_answers.c.coder, intruder_answers.c.trial)
    )
    with db.read() as connection:
        return [
            IntruderAnswer(coder, trial, number, tuple(json.loads(members)), bool(found))
            for coder, trial, number, members, found in connection.execute(query)
        ]


def _at(
    clustering_id: str, coder: str, answer: IntruderAnswer
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        intruder_answers.c.clustering_id == clustering_id,
        intruder_answers.c.coder == coder,
        intruder_answers.c.trial == answer.trial,
    )
