"""The log of what analysts changed of clusters and frames: when, by whom, and the way back.

Whoever changes something notes it here in the same write. The way back is a JSON object of steps:
"delete" and "insert", each by table a list of rows. Steps are taken back newest first.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.errors import InvalidSetting
from core.records import Change
from core.storage import acting, rows
from core.storage.database import Database
from core.storage.schema import changes, cluster_marks, cluster_merges, clusterings, left_out

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_TABLES = {
    "cluster_marks": cluster_marks,
    "cluster_merges": cluster_merges,
    "clusterings": clusterings,
    "left_out": left_out,
}
_LONGEST = 100  # of a list


def note(
    connection: sa.Connection,
    said: str,
    clustering_id: str = "",
    *,
    delete: Rows | None = None,
    insert: Rows | None = None,
) -> None:
    """Within a write: something was changed; `delete` and then `insert` take it back.

    Rows to be deleted need their keys alone.
    """
    run = sa.select(clusterings.c.run_id).where(clusterings.c.id == clustering_id)
    values = {
        "at": time.time(),
        "who": _who(),
        "run_id": connection.execute(run).scalar() or "",
        "clustering_id": clustering_id,
        "said": said,
        "inverse": {"delete": delete or {}, "insert": insert or {}},
        "undone": 0,
    }
    connection.execute(sa.insert(changes).values(rows.columns(values)))


def every(db: Database, run_id: str | None = None) -> list[Change]:
    """The newest first; of a run with what was left out of the library. At most 100."""
    query = sa.select(changes).order_by(changes.c.id.desc()).limit(_LONGEST)
    if run_id is not None:
        query = query.where(changes.c.run_id.in_([run_id, ""]))
    return rows.listed(db, Change, query)


def undo(db: Database, run_id: str | None = None) -> Change:
    """Take the newest change back that is not taken back yet. Raises InvalidSetting for none."""
    with db.write() as connection:
        query = sa.select(changes).where(changes.c.undone == 0, changes.c.inverse != "{}")
        if run_id is not None:
            query = query.where(changes.c.run_id.in_([run_id, ""]))
        found = rows.records(connection, Change, query.order_by(changes.c.id.desc()).limit(1))
        if not found:
            raise InvalidSetting("There is no change to take back.")
        one = found[0]
        for name, listed in one.inverse.get("delete", {}).items():
            for row in listed:
                _delete(connection, _TABLES[name], row)
        for name, listed in one.inverse.get("insert", {}).items():
            for row in listed:
                connection.execute(sa.insert(_TABLES[name]).values(**row))
        connection.execute(sa.update(changes).where(changes.c.id == one.id).values(undone=1))
    return one


def restore(db: Database, kept: Sequence[Change], clustering_id: str) -> None:
    """Make the log that of another library, of which this one was made again.

    What was changed of other clusterings than `clustering_id` can no longer be taken back.
    """
    values = [
        rows.to_row(one if one.clustering_id in ("", clustering_id) else replace(one, inverse={}))
        for one in sorted(kept, key=lambda one: one.id)
    ]
    for row in values:
        del row["id"]  # numbered anew, in the same order
    with db.write() as connection:
        connection.execute(sa.delete(changes))
        if values:
            connection.execute(sa.insert(changes), values)


def taken_back(connection: sa.Connection, clustering_id: str) -> None:
    """Within a write: a clustering is deleted, and what was changed of it is no more."""
    of = changes.c.clustering_id == clustering_id
    connection.execute(sa.update(changes).where(of).values(undone=1))


def _delete(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    connection.execute(sa.delete(table).where(*(table.c[name] == row[name] for name in row)))


def _who() -> str:
    """Who is signed in, else the account that the program runs as; "" where there is none."""
    if (signed_in := acting.person()) is not None:
        return signed_in.name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
