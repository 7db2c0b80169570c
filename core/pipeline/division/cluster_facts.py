"""What a cluster's card says beside its pictures: words, time, near frames, frames in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.clustering import BETWEEN
from core.analysis.comparison.keyness import MarkingWord
from core.analysis.time_spread import TimeSpread, time_spread
from core.caching import computed_once
from core.pipeline.comparison.compare import identifier_of, labelled, material
from core.pipeline.comparison.marking_words import WordCounts
from core.pipeline.division.sweep import robust_clusters
from core.pipeline.division.taken import taken
from core.records import Clustering, ShownCluster
from core.storage import Database, analyses, runs
from core.storage.annotations import cluster_marks

_NEAREST = 6  # frames on a card
_LISTED = 60  # frames between clusters


@dataclass(frozen=True)
class ClusterFacts:
    """One cluster as it is shown, merges made."""

    number: int
    nearest: tuple[int, ...]  # rows, nearest to the centre first
    words: tuple[MarkingWord, ...]
    segments: int  # captions that lie mostly here
    time: TimeSpread | None  # None for a cluster without frames
    robust: bool | None  # whether it stays as k grows; None where that is not known
    between: int | None  # frames whose largest share is low; None where there are no shares


@dataclass(frozen=True)
class BetweenFrame:
    """A frame of a mixture that belongs to two clusters, or more."""

    row: int
    clusters: tuple[int, int]  # the two with the largest shares
    shares: tuple[float, float]


@dataclass(frozen=True)
class DivisionFacts:
    """All of one clustering."""

    clusters: tuple[ClusterFacts, ...]
    captions: int  # segments of all videos that lie in a cluster
    between: tuple[BetweenFrame, ...]  # the most undecided first, at most 60
    between_count: int | None  # how many there are; None where the method has no shares
    outside: tuple[int, ...]  # rows of frames in no cluster, in order


def facts(db: Database, clustering: Clustering) -> DivisionFacts:
    """As the library is now; the words are counted again when a caption or merge is another.

    Raises NotFound.
    """
    found = material(db, clustering, every_frame=True)
    shown = cluster_marks.shown(db, clustering.id)
    division = analyses.division(db, clustering)
    words = _words(db, clustering.id, identifier_of(clustering, found))
    robust = robust_clusters(db, clustering) or {}
    shares = shown_shares(division, shown)
    between = None
    if shares is not None:
        between = np.flatnonzero((shares.max(axis=1) < BETWEEN) & (division["labels"] >= 0))
    cards = []
    for place, cluster in enumerate(shown):
        rows = np.flatnonzero(found.labels == place)
        marks, segments = words[1][place]
        cards.append(
            ClusterFacts(
                number=cluster.number,
                nearest=_nearest(rows, division["distance"]),
                words=marks,
                segments=segments,
                time=time_spread(found.labels == place, found.video, found.index),
                robust=None if cluster.merged else robust.get(cluster.number),
                between=None if between is None else int(np.isin(between, rows).sum()),
            )
        )
    return DivisionFacts(
        clusters=tuple(cards),
        captions=words[0],
        between=() if between is None else _between(shares, between, shown),
        between_count=None if between is None else len(between),
        outside=_outside(db, clustering, found.labels),
    )


def _outside(db: Database, clustering: Clustering, labels: np.ndarray) -> tuple[int, ...]:
    """The rows that were divided and are in no cluster."""
    rows = taken(db, runs.get(db, clustering.run_id)).rows if clustering.without else slice(None)
    return tuple(np.arange(len(labels))[rows][labels[rows] < 0].tolist())


def shown_shares(
    division: dict[str, np.ndarray], shown: Sequence[ShownCluster]
) -> np.ndarray | None:
    """(N, clusters shown) each frame's shares, of merged clusters together; None without any."""
    membership = division.get("membership")  # of a clustering of an earlier version none
    if membership is None or not membership.shape[1]:
        return None
    parts = [membership[:, [n - 1 for n in one.members]].sum(axis=1) for one in shown]
    return np.stack(parts, axis=1)


def _nearest(rows: np.ndarray, distance: np.ndarray) -> tuple[int, ...]:
    order = np.argsort(distance[rows], kind="stable")[:_NEAREST]
    return tuple(rows[order].tolist())


def _between(
    shares: np.ndarray | None, rows: np.ndarray, shown: Sequence[ShownCluster]
) -> tuple[BetweenFrame, ...]:
    if shares is None or shares.shape[1] < 2:
        return ()
    order = rows[np.argsort(shares[rows].max(axis=1), kind="stable")][:_LISTED]
    found = []
    for row in order.tolist():
        first, second = np.argsort(-shares[row], kind="stable")[:2]
        found.append(
            BetweenFrame(
                row,
                (shown[first].number, shown[second].number),
                (float(shares[row, first]), float(shares[row, second])),
            )
        )
    return tuple(found)


@computed_once(8)
def _words(
    db: Database, clustering_id: str, _content: str
) -> tuple[int, tuple[tuple[tuple[MarkingWord, ...], int], ...]]:
    """Segments in all, and each cluster's words and segments; `_content` says what was counted."""
    found = material(db, analyses.clustering(db, clustering_id), every_frame=True)
    counts = WordCounts(labelled(db, found))
    return counts.segments, tuple(
        (counts.of_cluster(number, place, ()).words, counts.segments_of(place))
        for place, number in enumerate(found.numbers)
    )
