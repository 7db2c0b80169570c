"""Divides one cluster, or some frames, of a clustering anew: an edited clustering beside it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.analysis import reclustering
from core.analysis.clustering import EDITED
from core.pipeline.division import analyse
from core.pipeline.division.carried_names import carry_over
from core.pipeline.division.recluster_proposals import measured
from core.pipeline.division.taken import taken
from core.records import Clustering
from core.storage import Database, analyses, results, runs
from core.storage.progress import Progress


def recluster(
    db: Database,
    run_id: str,
    clustering_id: str,
    stretches: Sequence[Sequence[int]],
    parts: int,
    report: Progress,
    number: int = 0,
) -> Clustering:
    """Divide the rows of `stretches`, [first, last] each, into `parts`; the rest stays as shown.

    `number` is the cluster that the rows are, 0 for a selection. Asked again, it is read. Raises
    NotFound, InvalidSetting for parts that cannot be.
    """
    source = analyses.clustering(db, clustering_id)
    identifier = analyses.edited_id(clustering_id, stretches, parts)
    known = {c.id: c for c in analyses.clusterings_of(db, run_id)}
    if identifier in known and analyses.clustering_file(db, known[identifier]).exists():
        return known[identifier]
    latents = results.latents(db, run_id)
    rows = _divided(db, source, reclustering.rows_of(stretches))
    report(0.05, f"Dividing {len(rows)} frames anew")
    numbers = analyses.shown_numbers(db, source)
    points = measured(db, source, latents)
    made = reclustering.recluster(latents, numbers, rows, parts, source.seed, points)
    edited = dataclasses.replace(
        source,
        id=identifier,
        method=EDITED,
        k=len(made.division.centres),
        created_at=time.time(),
        edit=_edit(db, source, number, len(rows), made.new),
    )
    analyse.keep(db, edited, made.division, latents, report)
    carry_over(db, edited)
    return edited


def _divided(db: Database, source: Clustering, rows: np.ndarray) -> np.ndarray:
    """Without those that the source leaves out, as far as the same are left out now."""
    used = taken(db, runs.get(db, source.run_id))
    return np.intersect1d(rows, used.rows) if source.without == used.gone.mark else rows


def _edit(
    db: Database, source: Clustering, number: int, frames: int, new: Sequence[int]
) -> dict[str, Any]:
    """What an edited clustering says of itself; `steps` are all edits since the first division."""
    before = source.edit
    what = f"cluster {number}" if number else "a selection"
    return {
        "of": source.id,
        "after": [*before.get("after", []), source.id],  # every clustering it goes back to
        "name": analyses.names(db, source.id).get(number, ""),  # of what was divided
        "new": list(new),  # numbers
        "method": before.get("method", source.method),
        "k": before.get("k", source.k),
        "steps": [*before.get("steps", []), [what, frames, len(new)]],
    }
