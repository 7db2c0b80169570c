"""The k sweep of a run: stored clusterings where there are some, fresh ones elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.analysis import clustering as divisions
from core.analysis.sweep import Spread, spread, stability
from core.storage import Database, analyses, results


def sweep_run(db: Database, run_id: str, every_k: Iterable[int]) -> list[Spread]:
    """Each k of a finished run. Raises NotFound, and InvalidSetting for a k it cannot have."""
    latents = results.latents(db, run_id)
    found = []
    for k in every_k:
        labels, centres = _divided(db, run_id, latents, k)
        found.append(spread(latents, labels, centres))
    return found


def stability_of(db: Database, run_id: str, k: int) -> float:
    """How far K-means from other seeds agrees with seed 0, from 0 by chance to 1."""
    latents = results.latents(db, run_id)
    return stability(latents, _divided(db, run_id, latents, k)[0], k)


def _divided(
    db: Database, run_id: str, latents: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """(N,) labels and (k, D) centres of K-means with seed 0."""
    wanted = analyses.clustering_id(run_id, "kmeans", k, 0)
    for known in analyses.clusterings_of(db, run_id):
        if known.id == wanted and analyses.clustering_file(db, known).exists():
            arrays = analyses.division(db, known)
            return arrays["labels"], arrays["centres"]
    fresh = divisions.cluster(latents, "kmeans", k, 0)
    return fresh.labels, fresh.centres
