"""Each group's part of each cluster: what stands for its frames decoded, and words said there."""

from __future__ import annotations

import dataclasses

import numpy as np

from core.analysis.modes import modes
from core.analysis.weighting import blocks_of
from core.pipeline.columns.known import GROUP
from core.pipeline.comparison.compare import Comparison, Material, compare, material
from core.pipeline.comparison.group_centres import GroupCentre
from core.pipeline.comparison.typical_words import typical_words
from core.pipeline.curation.only import Only, only_where
from core.records import Clustering, Run
from core.storage import Database, analyses, comparisons, results, runs
from core.storage.files import write_all
from core.storage.progress import Progress
from models.config import centre_of, says_typical_words


def compare_with_centres(
    db: Database, clustering_id: str, progress: Progress, by: str = GROUP, where: str = ""
) -> Comparison:
    """The comparison with its pictures; what is there already is not made again.

    Raises NotFound, InvalidSetting where there is a single group, CheckpointUnreadable.
    """
    clustering = analyses.clustering(db, clustering_id)
    only = only_where(db, runs.get(db, clustering.run_id), clustering, where)
    comparison = compare(db, clustering, progress.part(0, 0.7), by, only)
    if not comparisons.decoded(db, clustering.run_id, comparison.id):
        progress(0.7, "Decoding each group's part of the clusters")
        _decode(db, clustering, comparison, only)
    return comparison


def places(
    run: Run, latents: np.ndarray, found: Material, groups: list[str]
) -> dict[tuple[int, int], tuple[np.ndarray, float | None]]:
    """(D,) to decode by (cluster number, place of the group), and the mode's share of frames.

    What stands for a group's frames in a cluster is what stands for a cluster's
    (models.config.centre_of): their first mode; their mean, without a share; or of them the frame
    nearest to that mean, for the nearest of all could be another group's.
    """
    kind, blocks = centre_of(run.model), blocks_of(run)
    latents = latents[found.rows]
    group = np.array([groups.index(video.group) for video in found.videos])[found.video]  # (N,)
    centres: dict[tuple[int, int], tuple[np.ndarray, float | None]] = {}
    for place, number in enumerate(found.numbers):
        for g in range(len(groups)):
            own = latents[(found.labels == place) & (group == g)]
            if not len(own):
                continue
            mean = own.mean(axis=0)
            if kind == "mode":
                first = modes(own, blocks)[0]
                centres[number, g] = first.place, first.share
            elif kind == "frame":
                centres[number, g] = own[np.linalg.norm(own - mean, axis=1).argmin()], None
            else:
                centres[number, g] = mean, None
    return centres


def _decode(
    db: Database, clustering: Clustering, comparison: Comparison, only: Only | None
) -> None:
    from core.pipeline.decoding.decoder import Decoder, small_jpegs  # torch, for this step alone

    run = runs.get(db, clustering.run_id)
    decoder = Decoder(db, run.id)
    groups = [group.group for group in comparison.groups]
    latents = results.latents(db, run.id)
    found = places(run, latents, material(db, clustering, comparison.by, only=only), groups)
    stacked = np.stack([place for place, _ in found.values()]).astype(np.float32)  # (M, D)
    pictures = small_jpegs(decoder.pictures(stacked))
    paths = [comparisons.centre_picture(db, run.id, comparison.id, *one) for one in found]
    write_all(dict(zip(paths, pictures, strict=True)))
    says_typical = says_typical_words(run.model)
    typical = typical_words(db, clustering, comparison.by, only) if says_typical else {}
    texts = [""] * len(found) if says_typical else decoder.texts(stacked) or [""] * len(found)
    centres = {
        f"{number}-{place}": dataclasses.asdict(
            GroupCentre(share, text, typical.get((number, groups[place]), ()))
        )
        for ((number, place), (_, share)), text in zip(found.items(), texts, strict=True)
    }
    comparisons.write_centres(db, run.id, comparison.id, centres)
