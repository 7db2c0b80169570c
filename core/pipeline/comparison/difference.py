"""What is different between two sets of a run's frames: words, groups, measures, and their base."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from core.analysis.comparison.keyness import MarkingWord
from core.analysis.modes import Mode, modes
from core.analysis.weighting import blocks_of
from core.pipeline.comparison.compare import Material, labelled, material
from core.pipeline.comparison.frame_sets import FrameSet, two_sets
from core.pipeline.comparison.marking_words import WordCounts
from core.pipeline.comparison.set_measures import Measure, groups, measures, stretches
from core.records import Clustering
from core.storage import Database, results, runs
from models.config import centre_of

_NEITHER = -1


@dataclass(frozen=True)
class Side:
    """One of the two sets; frames that both have are in neither."""

    name: str
    rows: np.ndarray  # of the run, ascending
    frames: int
    videos: int
    airtime_s: float
    stretches: int  # runs of frames that follow each other in a video
    captions: int  # segments that lie mostly here
    words: tuple[MarkingWord, ...]  # said here clearly more often than in the other
    nearest: int  # the row of the frame nearest to the mean


@dataclass(frozen=True)
class Difference:
    """Two sets side by side."""

    first: Side
    second: Side
    both: int  # frames that are in both, and so left out
    groups: tuple[Measure, ...]  # each group's share of the frames
    measures: tuple[Measure, ...]


def difference(db: Database, clustering: Clustering, first: str, second: str) -> Difference:
    """Compare two sets, named as in core.pipeline.comparison.frame_sets.

    Frames that the analyst left out are in neither. Raises NotFound, InvalidSetting.
    """
    found = material(db, clustering)
    whole = two_sets(db, clustering, found, first, second)
    apart = _apart(*whole)
    labels = np.select([one.inside for one in apart], [0, 1], _NEITHER)
    counts = WordCounts(labelled(db, dataclasses.replace(found, labels=labels)))
    latents = results.latents(db, clustering.run_id, mmap=True)
    sides = [
        _side(found, one, labels == place, counts, place, latents)
        for place, one in enumerate(apart)
    ]
    return Difference(
        sides[0],
        sides[1],
        int((whole[0].inside & whole[1].inside & (labels == _NEITHER)).sum()),
        groups(found, labels),
        measures(db, found, labels),
    )


def set_modes(db: Database, clustering: Clustering, words: str, other: str) -> list[Mode]:
    """What stands for the first of two sets, as for a cluster: its modes, or its mean, share 1.

    Raises NotFound, InvalidSetting.
    """
    found = material(db, clustering)
    inside = _apart(*two_sets(db, clustering, found, words, other))[0].inside
    run = runs.get(db, clustering.run_id)
    own = results.latents(db, run.id, mmap=True)[found.rows[inside]]
    kind = centre_of(run.model)
    if kind == "mode":
        return modes(own, blocks_of(run))
    mean = own.mean(axis=0)
    if kind == "frame":
        mean = own[np.linalg.norm(own - mean, axis=1).argmin()]
    return [Mode(1.0, mean)]


def _apart(a: FrameSet, b: FrameSet) -> tuple[FrameSet, FrameSet]:
    """Without what is in both; where one lies within the other, it stands against the rest."""
    both = a.inside & b.inside
    if np.array_equal(both, a.inside):
        return a, _rest(b, both)
    if np.array_equal(both, b.inside):
        return _rest(a, both), b
    return FrameSet(a.name, a.inside & ~both), FrameSet(b.name, b.inside & ~both)


def _rest(one: FrameSet, taken: np.ndarray) -> FrameSet:
    said = f"{one.name}, the rest of it" if taken.any() else one.name
    return FrameSet(said, one.inside & ~taken)


def _side(
    found: Material,
    one: FrameSet,
    inside: np.ndarray,
    counts: WordCounts,
    place: int,
    latents: np.ndarray,
) -> Side:
    every_s = np.array([video.every_s for video in found.videos])
    rows = found.rows[inside]
    own = latents[rows]
    nearest = rows[np.linalg.norm(own - own.mean(axis=0), axis=1).argmin()]
    return Side(
        one.name,
        rows,
        int(inside.sum()),
        len(np.unique(found.video[inside])),
        float(every_s[found.video[inside]].sum()),
        len(stretches(found, inside)[0]),
        counts.segments_of(place),
        counts.of_cluster(place, place, ()).words,
        int(nearest),
    )
