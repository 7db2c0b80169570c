"""The k sweep of a run: stored clusterings where there are some, fresh ones elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from core.analysis import clustering as divisions
from core.analysis import stability
from core.analysis.persistence import STEPS, persistence_over_k
from core.analysis.sweep import Spread, SweptK, spread
from core.analysis.weighting import blocks_of, normalised, weighted
from core.errors import InvalidSetting
from core.pipeline.division.taken import Taken, taken
from core.records import Clustering
from core.storage import Database, analyses, left_out, results, runs, sweeps
from core.storage.progress import Progress

_DIVIDING = 0.3  # of the time; the rest goes into the stability


def make_sweep(
    db: Database, run_id: str, report: Progress, weights: Mapping[str, float] | None = None
) -> list[SweptK]:
    """Sweep every k that the pages offer and keep it; asked again, it is read.

    Frames that repeat end it at as many clusters as there are different ones. Raises NotFound for
    an unfinished run, InvalidSetting for weights it cannot have or one that is too small.
    """
    kept = kept_sweep(db, run_id, weights)
    if kept is not None:
        return kept
    run = runs.get(db, run_id)
    weighed = normalised(blocks_of(run), weights or {})
    frames = len(taken(db, run).rows)
    swept = swept_run(db, run_id, divisions.offered(frames), report, weighed, as_far_as=True)
    if not swept:
        raise InvalidSetting(f"This run's {frames} frames are too few, or too equal, to divide.")
    identifier = sweeps.sweep_id(run_id, weighed, left_out.of_run(db, run).mark)
    sweeps.write(db, run_id, identifier, [one.row() for one in swept])
    return swept


def kept_sweep(
    db: Database, run_id: str, weights: Mapping[str, float] | None = None
) -> list[SweptK] | None:
    """What `make_sweep` has kept, None before. Raises NotFound, InvalidSetting."""
    run = runs.get(db, run_id)
    weighed = normalised(blocks_of(run), weights or {})
    identifier = sweeps.sweep_id(run_id, weighed, left_out.of_run(db, run).mark)
    rows = sweeps.read(db, run_id, identifier)
    return None if rows is None else [SweptK.from_row(row) for row in rows]


def robust_clusters(db: Database, clustering: Clustering) -> dict[int, bool] | None:
    """Whether each cluster, by number, stays as k grows; None where no sweep was made of it.

    Only K-means is swept. Raises NotFound.
    """
    if clustering.method != "kmeans" or clustering.seed != 0:
        return None
    for one in kept_sweep(db, clustering.run_id, clustering.weights) or ():
        if one.k == clustering.k and one.robust is not None:
            return dict(enumerate(one.robust, start=1))
    return None


def sweep_run(db: Database, run_id: str, every_k: Iterable[int]) -> list[Spread]:
    """Distances and sizes alone for each k of a finished run.

    Raises NotFound, and InvalidSetting for a k it cannot have.
    """
    used = taken(db, runs.get(db, run_id))
    latents = results.latents(db, run_id)[used.rows]
    labels = ((k, _labels(db, run_id, used, latents, latents, {}, k)) for k in every_k)
    return [_spread(latents, of_k, k) for k, of_k in labels]


def swept_run(
    db: Database,
    run_id: str,
    every_k: Iterable[int],
    report: Progress,
    weights: Mapping[str, float] | None = None,
    as_far_as: bool = False,
) -> list[SweptK]:
    """The same with how stable each division is, by normalised weights.

    Raises NotFound, and InvalidSetting for a k it cannot have; with `as_far_as` it ends there.
    """
    run = runs.get(db, run_id)
    used = taken(db, run)
    latents = results.latents(db, run_id)[used.rows]
    points = weighted(latents, blocks_of(run), weights) if weights else latents
    asked = list(every_k)
    labels_of: dict[int, np.ndarray] = {}
    further = {k + step for k in asked for step in range(1, STEPS + 1)} - set(asked)
    for place, k in enumerate([*asked, *sorted(further)]):
        report(_DIVIDING * place / (len(asked) + STEPS), f"Dividing into {k} clusters")
        try:
            labels_of[k] = _labels(db, run_id, used, latents, points, weights or {}, k)
        except InvalidSetting:
            if k in asked and not as_far_as:
                raise
            break  # and so is every larger one
    stays = persistence_over_k(labels_of)
    swept = []
    for place, k in enumerate(k for k in asked if k in labels_of):
        report(
            _DIVIDING + (1 - _DIVIDING) * place / len(asked),
            f"Comparing divisions into {k} clusters",
        )
        swept.append(_measured(points, labels_of[k], k, stays.get(k)))
    return swept


def _measured(
    points: np.ndarray, labels: np.ndarray, k: int, stays: tuple[bool, ...] | None
) -> SweptK:
    return SweptK(
        **vars(_spread(points, labels, k)),
        over_seeds=stability.over_seeds(points, labels, k),
        over_resamples=stability.over_resamples(points, labels, k),
        robust=stays,
    )


def _spread(points: np.ndarray, labels: np.ndarray, k: int) -> Spread:
    centres = np.stack([points[labels == number].mean(axis=0) for number in range(k)])
    return spread(points, labels, centres)


def _labels(
    db: Database,
    run_id: str,
    used: Taken,
    latents: np.ndarray,
    points: np.ndarray,
    weights: Mapping[str, float],
    k: int,
) -> np.ndarray:
    """(M,) labels of the taken rows, of K-means with seed 0."""
    wanted = analyses.clustering_id(run_id, "kmeans", k, 0, weights, 0, used.gone.mark)
    for known in analyses.clusterings_of(db, run_id):
        if known.id == wanted and analyses.clustering_file(db, known).exists():
            return analyses.division(db, known)["labels"][used.rows]
    return divisions.cluster(latents, "kmeans", k, 0, points if weights else None).labels
