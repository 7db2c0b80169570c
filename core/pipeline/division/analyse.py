"""Clusterings and projections of a run: computed once, kept as files and a row, then only read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.analysis import clustering as divisions
from core.analysis import limits
from core.analysis import projection as layouts
from core.analysis.modes import modes
from core.analysis.weighting import Weights, blocks_of, normalised, weighted
from core.errors import InvalidSetting
from core.pipeline.division.carried_names import carry_over
from core.pipeline.division.cluster_parts import part_of_frames
from core.pipeline.division.taken import Taken, taken
from core.records import Clustering, Projection
from core.storage import Database, analyses, results, runs
from core.storage.files import atomic, save_array, write_all
from core.storage.progress import Progress
from models.config import centre_of, says_typical_words

_EVERY_K_UP_TO = 20_000  # frames: above this only the standard k is prepared


def cluster(
    db: Database,
    run_id: str,
    method: str,
    k: int,
    seed: int,
    report: Progress,
    weights: Mapping[str, float] | None = None,
    smallest: int = 0,
) -> Clustering:
    """Divide a run's frames into `k` clusters and decode their centres, pictures and words.

    HDBSCAN takes 0 for k and the frames of its `smallest` cluster; see core.analysis.clustering.

    Names given to much the same clusters elsewhere are carried over. `weights` of the latent's
    blocks, all 1 without; see core.analysis.weighting. Asked again, it is read.

    Raises NotFound for an unknown or unfinished run, InvalidSetting for a k or weights it cannot
    have.
    """
    blocks, weighed = _weighed(db, run_id, weights)
    used = taken(db, runs.get(db, run_id))
    gone = used.gone.mark
    identifier = analyses.clustering_id(run_id, method, k, seed, weighed, smallest, gone)
    known = {c.id: c for c in analyses.clusterings_of(db, run_id)}
    if identifier in known and analyses.clustering_file(db, known[identifier]).exists():
        return known[identifier]
    latents = results.latents(db, run_id)
    into = f"into {f'{k} ' if k else ''}clusters{_fitted(len(used.rows))}"
    report(0.01, f"Dividing {len(used.rows)} frames {into}")
    division = used.spread(divide(latents, used, method, k, seed, blocks, weighed, smallest))
    found = len(division.centres)
    made = (time.time(), weighed, smallest)
    clustering = Clustering(
        identifier, run_id, method, found, seed, *made, without=gone, left_out=used.gone.reasons
    )
    keep(db, clustering, division, latents, report)
    carry_over(db, clustering)
    return clustering


def keep(
    db: Database,
    clustering: Clustering,
    division: divisions.Division,
    latents: np.ndarray,
    report: Progress,
) -> None:
    """Decode the centres of a division of (N, D) latents, and write all of it down; row last."""
    report(0.7, f"Decoding {clustering.k} centres")
    _write_centres(db, clustering, division, latents)
    with (
        atomic(analyses.clustering_file(db, clustering)) as temporary,
        temporary.open("wb") as out,
    ):
        np.savez(out, allow_pickle=False, **division.arrays())
    analyses.add_clustering(db, clustering)


def divide(
    latents: np.ndarray,
    used: Taken,
    method: str,
    k: int,
    seed: int,
    blocks: Mapping[str, int],
    weights: Weights,
    smallest: int,
) -> divisions.Division:
    """Divide the taken rows of (N, D) latents, by their weights. Raises InvalidSetting."""
    own = latents if used.every else latents[used.rows]
    measured = weighted(own, blocks, weights) if weights else None
    return divisions.cluster(own, method, k, seed, measured, smallest)


def project(
    db: Database, run_id: str, method: str, settings: dict[str, Any], report: Progress
) -> Projection:
    """Lay a run's frames out on a plane by the weights in the settings; asked again, it is read.

    Raises NotFound for an unknown or unfinished run, InvalidSetting for settings it cannot have.
    """
    blocks, weighed = _weighed(db, run_id, settings.get("weights"))
    latents, used = results.latents(db, run_id), taken(db, runs.get(db, run_id))
    complete = layouts.settings_of(method, len(latents), settings.get("perplexity"), weighed)
    gone = used.gone
    identifier = analyses.projection_id(run_id, method, complete, gone.mark)
    projection = Projection(
        identifier, run_id, method, complete, time.time(), gone.mark, gone.reasons
    )
    known = {p.id: p for p in analyses.projections_of(db, run_id)}
    if identifier in known and analyses.projection_file(db, projection).exists():
        return known[identifier]
    way = f"{layouts.METHODS[method]}{_fitted(len(used.rows)) if 'landmarks' in complete else ''}"
    report(0.01, f"Laying out {len(used.rows)} frames with {way}")
    placed = lay_out(latents, used, blocks, projection)
    save_array(analyses.projection_file(db, projection), placed)
    analyses.add_projection(db, projection)
    return projection


def lay_out(
    latents: np.ndarray, used: Taken, blocks: Mapping[str, int], projection: Projection
) -> np.ndarray:
    """(N, D) latents as (N, 2) places, which only the taken rows decide. Raises InvalidSetting."""
    points = weighted(latents, blocks, projection.settings.get("weights") or {})
    if used.every:
        return layouts.project(points, projection.method, projection.settings)
    settings = dict(projection.settings)
    if "perplexity" in settings:  # asked of all frames; fewer may not have as many neighbours
        fewer = layouts.largest_perplexity(len(used.rows))
        settings["perplexity"] = min(settings["perplexity"], fewer)
    return used.placed(layouts.project(points[used.rows], projection.method, settings), points)


def standard(db: Database, run_id: str, report: Progress) -> None:
    """What Explore opens with: PCA and t-SNE, and K-means for every k that its slider has.

    Of the standard k the parts of the clusters too, which a nearer look at the map shows. Of more
    than 50,000 frames PCA and the standard k alone: the rest is made when it is asked for.
    """
    frames = len(taken(db, runs.get(db, run_id)).rows)
    every_k = list(divisions.offered(frames))
    if frames > _EVERY_K_UP_TO:
        every_k = [divisions.STANDARD_K["kmeans"]]
    for place, method in enumerate(("pca", "tsne") if limits.exact(frames) else ("pca",)):
        _unless_too_few(
            project, db, run_id, method, {}, report.part(0.2 * place, 0.2 * place + 0.2)
        )
    for place, k in enumerate(every_k):
        report(0.4 + 0.6 * place / len(every_k), f"K-means, k = {k}")
        opened = k == min(divisions.STANDARD_K["kmeans"], every_k[-1])
        _unless_too_few(_cluster, db, run_id, k, opened)


def _cluster(db: Database, run_id: str, k: int, with_parts: bool) -> None:
    made = cluster(db, run_id, "kmeans", k, 0, Progress(None))
    if with_parts:
        part_of_frames(db, made)


def _fitted(frames: int) -> str:
    return f" ({said})" if (said := limits.said(frames)) else ""


def _weighed(
    db: Database, run_id: str, weights: Mapping[str, float] | None
) -> tuple[dict[str, int], Weights]:
    """The blocks of a run's latent, and the weights in their one form."""
    if not weights:
        return {}, {}
    blocks = blocks_of(runs.get(db, run_id))
    return blocks, normalised(blocks, weights)


def _unless_too_few(analyse: Any, *arguments: Any) -> None:
    """A run of very few, or of equal, frames has fewer maps and clusterings; that is no failure."""
    try:
        analyse(*arguments)
    except InvalidSetting:
        return


def _write_centres(
    db: Database, clustering: Clustering, division: divisions.Division, latents: np.ndarray
) -> None:
    from core.pipeline.decoding.decoder import Decoder, small_jpegs  # torch, for this step alone

    run = runs.get(db, clustering.run_id)
    decoder = Decoder(db, run.id)
    found = []
    if centre_of(run.model) == "mode":
        blocks = blocks_of(run)
        own = (latents[division.labels == place] for place in range(len(division.centres)))
        found = [modes(members, blocks) for members in own]
    files = [(number, 0) for number in range(1, len(division.centres) + 1)]
    files += [(n, m) for n, of in enumerate(found, 1) for m in range(1, len(of) + 1)]
    places = np.stack([*division.centres, *(mode.place for of in found for mode in of)])
    pictures = small_jpegs(decoder.pictures(places))
    paths = [analyses.centre_picture(db, clustering, number, mode) for number, mode in files]
    write_all(dict(zip(paths, pictures, strict=True)))
    texts = None if says_typical_words(run.model) else decoder.texts(division.centres)
    if texts is not None:
        analyses.write_centre_texts(db, clustering, texts)
    if found:
        shares = [[mode.share for mode in of] for of in found]
        analyses.write_centre_modes(db, clustering, shares)
