"""Carries names, colours and notes over to a clustering from others of the same frames."""

from __future__ import annotations

import dataclasses

import numpy as np

from core.analysis import naming
from core.errors import NotFound
from core.records import Clustering, ClusterMark
from core.storage import Database, analyses, results, runs
from core.storage.annotations import cluster_marks


def carry_over(db: Database, clustering: Clustering) -> dict[int, ClusterMark]:
    """Give each unnamed cluster what an analyst gave elsewhere to one with much the same members.

    Elsewhere: in any clustering of a run that shares videos with this one, clusters merged as they
    are shown there. Of several that agree the one that agrees best counts, of equal ones the last
    written. What was carried over before is looked up again, what an analyst wrote here stays. The
    name of a part goes to no clustering that was whole before the part was made.
    Gives what was carried over, by cluster number. Raises NotFound for an unfinished run.
    """
    best: dict[int, ClusterMark] = {}
    for source in _sources(db, clustering):
        for number, found in _from(db, source, clustering).items():
            if number not in best or _rank(found) > _rank(best[number]):
                best[number] = found
    before = cluster_marks.marks(db, clustering.id)
    carried = {n: one for n, one in best.items() if n not in before or before[n].carried_from}
    if carried != {n: one for n, one in before.items() if one.carried_from}:
        cluster_marks.replace_carried(db, clustering.id, carried)
    return carried


def _sources(db: Database, clustering: Clustering) -> list[Clustering]:
    videos = set(runs.get(db, clustering.run_id).video_ids)
    related = [run.id for run in runs.every(db) if videos & set(run.video_ids)]
    marked = cluster_marks.marked_clusterings(db, related)
    every = [analyses.clustering(db, one) for one in marked if one != clustering.id]
    return [one for one in every if clustering.id not in one.edit.get("after", ())]


def _from(db: Database, source: Clustering, target: Clustering) -> dict[int, ClusterMark]:
    """What was given to the clusters of `source` that `target` has too, by their number there."""
    shown = {cluster.number: cluster.mark for cluster in cluster_marks.shown(db, source.id)}
    own = {n: mark for n, mark in shown.items() if not (mark.blank or mark.carried_from)}
    labels = analyses.division(db, target)["labels"]  # (N,)
    try:
        old = analyses.shown_numbers(db, source)
        sides = _sides(db, source.run_id, old, target.run_id, labels + 1)
    except NotFound:  # the source's files are gone: nobody knows its members any more
        return {}
    return {
        match.new: dataclasses.replace(
            own[match.old], carried_from=source.id, agreement=match.agreement
        )
        for match in naming.matches(*sides, wanted=own)
    }


def _sides(
    db: Database, old_run: str, old: np.ndarray, new_run: str, new: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both divisions over the same frames; the rows of one run are in one order anyway."""
    if old_run == new_run:
        return old, new
    return naming.side_by_side(results.frames(db, old_run), old, results.frames(db, new_run), new)


def _rank(mark: ClusterMark) -> tuple[float, float]:
    return mark.agreement or 0.0, mark.changed_at
