"""Each group's part of each cluster: its mean latent decoded."""

from __future__ import annotations

import numpy as np

from core.pipeline.comparison.compare import Comparison, Material, compare, material
from core.records import Clustering
from core.storage import Database, analyses, comparisons, results
from core.storage.files import write_bytes
from core.storage.progress import Progress


def compare_with_centres(db: Database, clustering_id: str, progress: Progress) -> Comparison:
    """The comparison with its pictures; what is there already is not made again.

    Raises NotFound, InvalidSetting where there is a single group, CheckpointUnreadable.
    """
    clustering = analyses.clustering(db, clustering_id)
    comparison = compare(db, clustering, progress.part(0, 0.7))
    if comparisons.centre_texts(db, clustering.run_id, comparison.id) is None:
        progress(0.7, "Decoding each group's part of the clusters")
        _decode(db, clustering, comparison)
    return comparison


def means(
    latents: np.ndarray, found: Material, groups: list[str], exact: bool
) -> dict[tuple[int, int], np.ndarray]:
    """(D,) by (cluster number, place of the group): the mean of the group's frames in it.

    For a model that decodes only the maps of frames (`exact` False), the latent of the group's
    frame nearest to that mean: the nearest of all could be another group's.
    """
    group = np.array([groups.index(video.group) for video in found.videos])[found.video]  # (N,)
    centres = {}
    for place, number in enumerate(found.numbers):
        for g in range(len(groups)):
            own = latents[(found.labels == place) & (group == g)]
            if len(own):
                mean = own.mean(axis=0)
                nearest = own[np.linalg.norm(own - mean, axis=1).argmin()]
                centres[number, g] = mean if exact else nearest
    return centres


def _decode(db: Database, clustering: Clustering, comparison: Comparison) -> None:
    from core.pipeline.decoding.decoder import Decoder, small_jpegs  # torch, for this step alone

    run_id = clustering.run_id
    decoder = Decoder(db, run_id)
    groups = [group.group for group in comparison.groups]
    found = material(db, clustering)
    centres = means(results.latents(db, run_id), found, groups, decoder.exact)
    stacked = np.stack(list(centres.values())).astype(np.float32)  # (M, D)
    pictures = small_jpegs(decoder.pictures(stacked))
    for (number, place), picture in zip(centres, pictures, strict=True):
        write_bytes(comparisons.centre_picture(db, run_id, comparison.id, number, place), picture)
    texts = decoder.texts(stacked) or []
    named = {
        f"{number}-{place}": text for (number, place), text in zip(centres, texts, strict=False)
    }
    comparisons.write_centre_texts(db, run_id, comparison.id, named)
