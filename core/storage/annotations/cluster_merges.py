"""Every query on merges: clusters of one clustering that are shown as one; no label is changed."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.records import ClusterMerge
from core.storage import changes
from core.storage.annotations import validate_text
from core.storage.database import Database
from core.storage.rows import records, to_row
from core.storage.schema import cluster_merges, clusterings


def merge(db: Database, clustering_id: str, numbers: Sequence[int], name: str = "") -> ClusterMerge:
    """Show clusters as one from now on; `undo` or `split` shows them apart again.

    A number that is merged already brings the others of its merge. Raises NotFound, and
    InvalidSetting for fewer than two clusters.
    """
    with db.write() as connection:
        k = check_numbers(connection, clustering_id, numbers)
        merges = read_merges(connection, clustering_id)
        heads = {group[0] for group in groups(k, merges) if set(group) & set(numbers)}
        if len(heads) < 2:
            raise InvalidSetting("Merging takes at least two clusters that are shown apart.")
        new = ClusterMerge(
            clustering_id,
            position=_next_position(merges),
            members=tuple(sorted(heads)),
            name=validate_text.short_name(name, "A cluster"),
            changed_at=time.time(),
        )
        connection.execute(sa.insert(cluster_merges).values(to_row(new)))
        key = {"clustering_id": clustering_id, "position": new.position}
        said = f"Clusters {' and '.join(map(str, new.members))} shown as one"
        changes.note(connection, said, clustering_id, delete={"cluster_merges": [key]})
    return new


def every(db: Database, clustering_id: str) -> list[ClusterMerge]:
    """The merges of a clustering, oldest first."""
    with db.read() as connection:
        return read_merges(connection, clustering_id)


def undo(db: Database, clustering_id: str, position: int) -> ClusterMerge:
    """Take back one merge, in whatever order they were made. Raises NotFound."""
    with db.write() as connection:
        for one in read_merges(connection, clustering_id):
            if one.position == position:
                _delete(connection, [one])
                _note_apart(connection, [one])
                return one
    raise NotFound(f"Clustering {clustering_id} has no merge {position}; it was undone already.")


def split(db: Database, clustering_id: str, number: int) -> list[ClusterMerge]:
    """Show the members of a merged cluster apart again; gives the merges, `restore` has them back.

    Raises NotFound, and InvalidSetting for a cluster that is not merged.
    """
    with db.write() as connection:
        check_numbers(connection, clustering_id, [number])
        undone = making(connection, clustering_id, number)
        if not undone:
            raise InvalidSetting(f"Cluster {number} is not merged with another.")
        _delete(connection, undone)
        _note_apart(connection, undone)
    return undone


def restore(db: Database, undone: Sequence[ClusterMerge]) -> None:
    """Put merges back that were undone; those that are there stay as they are. Raises NotFound."""
    with db.write() as connection:
        for one in undone:
            size_of(connection, one.clustering_id)
            there = read_merges(connection, one.clustering_id)
            if any(other.members == one.members for other in there):
                continue
            taken = any(other.position == one.position for other in there)
            position = _next_position(there) if taken else one.position
            row = to_row(dataclasses.replace(one, position=position))
            connection.execute(sa.insert(cluster_merges).values(row))


def groups(k: int, merges: Sequence[ClusterMerge]) -> list[tuple[int, ...]]:
    """Which of the clusters 1 to k are shown as one; each group sorted, groups by first number."""
    group_of = {number: {number} for number in range(1, k + 1)}
    for one in merges:
        joined = set().union(*(group_of[number] for number in one.members))
        for number in joined:
            group_of[number] = joined
    return sorted({tuple(sorted(group)) for group in group_of.values()})


def read_merges(connection: sa.Connection, clustering_id: str) -> list[ClusterMerge]:
    """Within a read or write: the merges of a clustering, oldest first."""
    query = (
        sa.select(cluster_merges)
        .where(cluster_merges.c.clustering_id == clustering_id)
        .order_by(cluster_merges.c.position)
    )
    return records(connection, ClusterMerge, query)


def making(connection: sa.Connection, clustering_id: str, number: int) -> list[ClusterMerge]:
    """The merges that make the shown cluster of `number`, oldest first."""
    merges = read_merges(connection, clustering_id)
    every_group = groups(size_of(connection, clustering_id), merges)
    group = next(group for group in every_group if number in group)
    return [one for one in merges if one.members[0] in group]


def check_numbers(connection: sa.Connection, clustering_id: str, numbers: Sequence[int]) -> int:
    """How many clusters the clustering has. Raises NotFound for it or one of the numbers."""
    k = size_of(connection, clustering_id)
    for number in numbers:
        if not 1 <= number <= k:
            raise NotFound(f"There is no cluster {number} here; choose 1 to {k}.")
    return k


def size_of(connection: sa.Connection, clustering_id: str) -> int:
    """How many clusters the clustering has. Raises NotFound."""
    query = sa.select(clusterings.c.k).where(clusterings.c.id == clustering_id)
    k = connection.execute(query).scalar()
    if k is None:
        raise NotFound(f"There is no clustering {clustering_id!r} in this library.")
    return int(k)


def _note_apart(connection: sa.Connection, undone: Sequence[ClusterMerge]) -> None:
    """In the log: merges were taken back."""
    members = " and ".join(map(str, sorted({n for one in undone for n in one.members})))
    kept = {"cluster_merges": [to_row(one) for one in undone]}
    said = f"Clusters {members} shown apart again"
    changes.note(connection, said, undone[0].clustering_id, insert=kept)


def _next_position(merges: Sequence[ClusterMerge]) -> int:
    return max((one.position for one in merges), default=0) + 1


def _delete(connection: sa.Connection, undone: Sequence[ClusterMerge]) -> None:
    for one in undone:
        connection.execute(
            sa.delete(cluster_merges).where(
                cluster_merges.c.clustering_id == one.clustering_id,
                cluster_merges.c.position == one.position,
            )
        )
