"""The parts within each cluster of a division, and the words that mark each among them."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

import numpy as np

from core.analysis.subclusters import subclusters
from core.caching import computed_once
from core.pipeline.comparison.compare import Material, identifier, labelled, material
from core.pipeline.comparison.marking_words import WordCounts
from core.pipeline.division.recluster_proposals import measured
from core.records import Clustering
from core.storage import Database, analyses, results
from core.storage.files import load_array, save_array

_WORDS = 3  # on a label


@dataclass(frozen=True)
class ClusterParts:
    """`of_frame` (N,) int32 is a frame's part of its cluster, from 1; 0 in none."""

    of_frame: np.ndarray
    words: dict[int, tuple[tuple[str, ...], ...]]  # marking each, by the cluster's number


def cluster_parts(db: Database, clustering: Clustering) -> ClusterParts:
    """Of the clusters as they are shown. Raises NotFound."""
    return _parts(db, clustering.id, identifier(db, clustering))


@computed_once(8)
def _parts(db: Database, clustering_id: str, _content: str) -> ClusterParts:
    clustering = analyses.clustering(db, clustering_id)
    of_frame = part_of_frames(db, clustering)
    found = material(db, clustering, every_frame=True)
    numbers = enumerate(found.numbers)
    words = {number: _words(db, found, place, of_frame) for place, number in numbers}
    return ClusterParts(of_frame, words)


def part_of_frames(db: Database, clustering: Clustering) -> np.ndarray:
    """(N,) int32, as in ClusterParts; computed once, and kept. Raises NotFound."""
    numbers = analyses.shown_numbers(db, clustering)  # (N,)
    digest = hashlib.sha256(numbers.tobytes()).hexdigest()[:12]
    path = analyses.clustering_file(db, clustering).with_suffix("") / f"parts-{digest}.npy"
    if path.exists():
        return load_array(path)
    points = measured(db, clustering, results.latents(db, clustering.run_id))
    of_frame = np.zeros(len(numbers), np.int32)
    for number in np.unique(numbers[numbers > 0]).tolist():
        own = numbers == number
        of_frame[own] = subclusters(points[own])
    save_array(path, of_frame)
    return of_frame


def _words(
    db: Database, found: Material, place: int, of_frame: np.ndarray
) -> tuple[tuple[str, ...], ...]:
    """What marks each part against the others of its cluster."""
    inside = found.labels == place
    labels = np.where(inside, of_frame[found.rows] - 1, -1)
    parts = int(labels.max(initial=-1)) + 1
    if parts < 2:
        return ()
    counts = WordCounts(labelled(db, dataclasses.replace(found, labels=labels)))
    return tuple(
        tuple(mark.word for mark in counts.of_cluster(part, part, ()).words[:_WORDS])
        for part in range(parts)
    )
