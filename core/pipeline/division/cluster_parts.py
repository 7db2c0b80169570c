"""The parts within each cluster of a division, and the words that mark each among them."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

import numpy as np

from core.analysis.subclusters import subclusters
from core.caching import computed_once
from core.pipeline.comparison.compare import Material, identifier_of, labelled, material
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
    found = material(db, clustering, every_frame=True)
    return _parts(db, clustering.id, identifier_of(clustering, found))


@computed_once(8)
def _parts(db: Database, clustering_id: str, _content: str) -> ClusterParts:
    clustering = analyses.clustering(db, clustering_id)
    of_frame = part_of_frames(db, clustering)
    return ClusterParts(of_frame, _words(db, material(db, clustering, every_frame=True), of_frame))


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
    db: Database, found: Material, of_frame: np.ndarray
) -> dict[int, tuple[tuple[str, ...], ...]]:
    """What marks each part among those of its cluster, by the cluster's number."""
    own = of_frame[found.rows]  # (N,)
    most = int(own.max(initial=0))
    inside = (found.labels >= 0) & (own > 0)
    labels = np.where(inside, found.labels * most + own - 1, -1)
    counts = WordCounts(labelled(db, dataclasses.replace(found, labels=labels)))
    words = {}
    for place, number in enumerate(found.numbers):
        parts = np.unique(labels[found.labels == place])
        parts = parts[parts >= 0].tolist()
        marks = [counts.among(part, parts)[:_WORDS] for part in parts] if len(parts) > 1 else []
        words[number] = tuple(tuple(mark.word for mark in some) for some in marks)
    return words
