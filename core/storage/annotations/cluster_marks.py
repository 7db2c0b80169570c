"""Every query on what is given to clusters: name, colour, note, and which are shown as one.

A division's labels are never rewritten: `shown` says under which number, name and colour each
cluster appears, and every map, card and file asks it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from core.records import ClusterMark, ClusterMerge, ShownCluster
from core.storage import changes as change_log
from core.storage.annotations import validate_text
from core.storage.annotations.cluster_merges import (
    check_numbers,
    groups,
    making,
    read_merges,
    size_of,
)
from core.storage.database import Database
from core.storage.rows import columns, to_row
from core.storage.schema import cluster_marks, cluster_merges, clusterings

_WRITTEN = ("name", "colour", "note")


def shown(db: Database, clustering_id: str) -> list[ShownCluster]:
    """The clusters as they are to be shown, by number. Raises NotFound.

    Merged clusters appear under the lowest of their numbers, with what was given to the merge; what
    was not, comes from its members: their names joined, the first colour, their notes.
    """
    with db.read() as connection:
        k = size_of(connection, clustering_id)
        marks = _marks(connection, clustering_id)
        merges = read_merges(connection, clustering_id)
    return [
        ShownCluster(members[0], members, _mark_of(members, marks, merges))
        for members in groups(k, merges)
    ]


def mark(
    db: Database,
    clustering_id: str,
    number: int,
    *,
    name: str | None = None,
    colour: str | None = None,
    note: str | None = None,
) -> ClusterMark:
    """Give a shown cluster a name, colour or note: None leaves it as it is, "" takes it away.

    What was carried over becomes the analyst's own with that. For a merged cluster `number` is any
    member, and the merge is marked. Gives what was there before. Raises NotFound, InvalidSetting.
    """
    given = {
        "name": None if name is None else validate_text.short_name(name, "A cluster"),
        "colour": None if colour is None else validate_text.colour(colour),
        "note": None if note is None else validate_text.note(note),
    }
    changes: dict[str, str] = {field: text for field, text in given.items() if text is not None}
    with db.write() as connection:
        check_numbers(connection, clustering_id, [number])
        merges = making(connection, clustering_id, number)
        _note(connection, clustering_id, number, merges, changes)
        if merges:
            return _mark_merge(connection, merges[-1], changes)
        before = _marks(connection, clustering_id).get(number, ClusterMark())
        fields = {field: getattr(before, field) for field in _WRITTEN} | changes
        _put(connection, clustering_id, number, ClusterMark(**fields, changed_at=time.time()))
    return before


def marks(db: Database, clustering_id: str) -> dict[int, ClusterMark]:
    """What each cluster by itself was given, merges not regarded; also what was taken away."""
    with db.read() as connection:
        return _marks(connection, clustering_id)


def replace_carried(db: Database, clustering_id: str, carried: Mapping[int, ClusterMark]) -> None:
    """These marks are now all that came from other clusterings; the analyst's own are not touched.

    A cluster whose name the analyst took away counts as marked: nothing is carried to it again.
    """
    with db.write() as connection:
        size_of(connection, clustering_id)
        where = cluster_marks.c.clustering_id == clustering_id
        connection.execute(
            sa.delete(cluster_marks).where(where, cluster_marks.c.carried_from.is_not(None))
        )
        own = _marks(connection, clustering_id)
        for number, one in carried.items():
            if number not in own:
                _put(connection, clustering_id, number, one)


def marked_clusterings(db: Database, run_ids: Sequence[str] | None = None) -> list[str]:
    """The clusterings in which an analyst has marked or merged something, by id."""
    own_marks = cluster_marks.c.carried_from.is_(None) & (
        (cluster_marks.c.name != "") | (cluster_marks.c.colour != "") | (cluster_marks.c.note != "")
    )
    query = sa.select(clusterings.c.id).where(
        sa.select(cluster_marks.c.number)
        .where(own_marks, cluster_marks.c.clustering_id == clusterings.c.id)
        .exists()
        | sa.select(cluster_merges.c.position)
        .where(cluster_merges.c.clustering_id == clusterings.c.id)
        .exists()
    )
    if run_ids is not None:
        query = query.where(clusterings.c.run_id.in_(list(run_ids)))
    with db.read() as connection:
        return list(connection.execute(query.order_by(clusterings.c.id)).scalars())


def written(db: Database) -> tuple[float | None, ...]:
    """Numbers that are others as soon as an analyst has marked, merged or split something."""
    marks_at, merges_at = cluster_marks.c.changed_at, cluster_merges.c.changed_at
    own = sa.select(sa.func.count(), sa.func.max(marks_at), sa.func.sum(marks_at)).where(
        cluster_marks.c.carried_from.is_(None)
    )
    made = sa.select(sa.func.count(), sa.func.max(merges_at), sa.func.sum(merges_at))
    with db.read() as connection:
        return tuple(value for query in (own, made) for value in connection.execute(query).one())


def _note(
    connection: sa.Connection,
    clustering_id: str,
    number: int,
    merges: Sequence[ClusterMerge],
    given: Mapping[str, str],
) -> None:
    """In the log: the row as it was, that of the mark or of the merge."""
    table = cluster_merges if merges else cluster_marks
    place = {"position": merges[-1].position} if merges else {"number": number}
    key = {"clustering_id": clustering_id, **place}
    where = [table.c[name] == value for name, value in key.items()]
    before = [dict(row) for row in connection.execute(sa.select(table).where(*where)).mappings()]
    told = ", ".join(
        f"{field} {text!r}" if text else f"no {field}" for field, text in given.items()
    )
    change_log.note(
        connection,
        f"Cluster {number}: {told}",
        clustering_id,
        delete={table.name: [key]},
        insert={table.name: before},
    )


def _mark_of(
    members: tuple[int, ...], marks: Mapping[int, ClusterMark], merges: Sequence[ClusterMerge]
) -> ClusterMark:
    found = [marks[number] for number in members if number in marks]
    if len(members) == 1:
        return found[0] if found else ClusterMark()
    own = [one for one in reversed(merges) if one.members[0] in members]  # newest first
    joined = " + ".join(dict.fromkeys(one.name for one in found if one.name))
    notes = "\n".join(one.note for one in found if one.note)
    return ClusterMark(
        name=next((one.name for one in own if one.name), joined),
        colour=next(filter(None, [*(o.colour for o in own), *(f.colour for f in found)]), ""),
        note=next((one.note for one in own if one.note), notes),
        changed_at=max(one.changed_at for one in own),
    )


def _marks(connection: sa.Connection, clustering_id: str) -> dict[int, ClusterMark]:
    fields = [cluster_marks.c[field.name] for field in dataclasses.fields(ClusterMark)]
    query = (
        sa.select(cluster_marks.c.number, *fields)
        .where(cluster_marks.c.clustering_id == clustering_id)
        .order_by(cluster_marks.c.number)
    )
    return {number: ClusterMark(*values) for number, *values in connection.execute(query)}


def _put(connection: sa.Connection, clustering_id: str, number: int, one: ClusterMark) -> None:
    key = {"clustering_id": clustering_id, "number": number}
    connection.execute(
        sa.delete(cluster_marks).where(
            *(cluster_marks.c[column] == value for column, value in key.items())
        )
    )
    connection.execute(sa.insert(cluster_marks).values(**key, **to_row(one)))


def _mark_merge(
    connection: sa.Connection, one: ClusterMerge, changes: dict[str, str]
) -> ClusterMark:
    connection.execute(
        sa.update(cluster_merges)
        .where(
            cluster_merges.c.clustering_id == one.clustering_id,
            cluster_merges.c.position == one.position,
        )
        .values(columns({**changes, "changed_at": time.time()}))
    )
    return ClusterMark(one.name, one.colour, one.note, changed_at=one.changed_at)
