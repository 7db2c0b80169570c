"""Sets of a run's frames as they are named: a cluster, a saved selection, frames, all the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.errors import InvalidSetting
from core.pipeline.comparison.compare import Material
from core.records import Clustering, FrameId
from core.storage import Database, analyses
from core.storage.annotations import link_texts, selections

REST = "rest"
_PART = re.compile(r"(?P<video>[^:;]+):(?P<stretches>\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*)")


@dataclass(frozen=True)
class FrameSet:
    """Which of the frames of a Material are meant, and what they are called."""

    name: str
    inside: np.ndarray  # (N,) bool, as the material's rows


def two_sets(
    db: Database, clustering: Clustering, found: Material, first: str, second: str
) -> tuple[FrameSet, FrameSet]:
    """Read "cluster:3", "selection:NAME", "frames:VIDEO:0-12,15;OTHER:3" or "rest", one of the two.

    A long list can be given as "frames:~ID", by its id (core.storage.annotations.link_texts).
    Raises InvalidSetting for what cannot be read or means no frame, and for twice the same frames;
    NotFound.
    """
    if first == second:
        raise InvalidSetting("Both are the same; choose two different sets of frames.")
    read = {one: _read(db, clustering, found, one) for one in (first, second) if one != REST}
    for one, other in ((first, second), (second, first)):
        if one == REST:
            read[one] = FrameSet("all other frames", ~read[other].inside)
    for found_set in read.values():
        if not found_set.inside.any():
            raise InvalidSetting(f"No frame of this run that is compared is in {found_set.name}.")
    if np.array_equal(read[first].inside, read[second].inside):
        raise InvalidSetting("Both hold the same frames; choose two different sets.")
    return read[first], read[second]


def _read(db: Database, clustering: Clustering, found: Material, words: str) -> FrameSet:
    kind, _, rest = words.partition(":")
    if kind not in _READERS:
        raise InvalidSetting(
            f"{words[:80]!r} is no set of frames; write cluster:N, selection:NAME or frames:LIST."
        )
    return _READERS[kind](db, clustering, found, rest)


def _cluster(db: Database, clustering: Clustering, found: Material, words: str) -> FrameSet:
    if not words.isdecimal() or int(words) not in found.numbers:
        raise InvalidSetting(f"There is no cluster {words[:20]} here; choose one that is shown.")
    number = int(words)
    name = analyses.names(db, clustering.id).get(number, "")
    said = f"{number} {name}" if name else f"Cluster {number}"
    return FrameSet(said, found.labels == found.numbers.index(number))


def _selection(db: Database, _clustering: Clustering, found: Material, words: str) -> FrameSet:
    wanted = set(selections.get(db, words).frames)
    return FrameSet(words, _inside(found, lambda frame: frame in wanted))


def _frames(db: Database, _clustering: Clustering, found: Material, words: str) -> FrameSet:
    stretches: dict[str, list[range]] = {}
    for part in link_texts.read(db, words).split(";"):
        matched = _PART.fullmatch(part)
        if matched is None:
            raise InvalidSetting(f"Frames are VIDEO:0-12,15;OTHER:3; {part[:80]!r} was given.")
        for stretch in matched["stretches"].split(","):
            first, _, last = stretch.partition("-")
            stretches.setdefault(matched["video"], []).append(
                range(int(first), int(last or first) + 1)
            )
    inside = _inside(
        found, lambda frame: any(frame.index in one for one in stretches.get(frame.video_id, ()))
    )
    return FrameSet("the selection", inside)


def _inside(found: Material, wanted: Callable[[FrameId], bool]) -> np.ndarray:
    ids = [found.videos[place].id for place in found.video.tolist()]
    frames = map(FrameId, ids, found.index.tolist())
    return np.fromiter((wanted(frame) for frame in frames), bool, len(ids))


_READERS = {"cluster": _cluster, "selection": _selection, "frames": _frames}
