"""Footage that two videos share: found on their small pictures, said in frames and seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.analysis.comparison.same_pictures import (
    Matches,
    Prints,
    Stretch,
    joined,
    prints,
    same_pictures,
    stretches,
)
from core.pipeline.small_pictures import small_pictures
from core.records import FrameId, Video
from core.storage import Database, videos
from core.storage.progress import Progress

_WIDTH, _HEIGHT = 48, 27
_LOOKED_AT = 0.8  # of a picture's height, from the top: below are tickers and captions
_SHOWN = 200  # stretches kept, longest first
_APART = 100  # between the numbers of two videos' frames: no stretch reaches across


@dataclass(frozen=True)
class SharedFootage:
    """One stretch of one video that looks like one of another."""

    first: FrameId  # the most similar pair of frames
    second: FrameId
    first_s: tuple[float, float]  # the stretch, from the first frame to the last
    second_s: tuple[float, float]
    pairs: int
    correlation: float  # of the two frames' thumbnails
    same_group: bool


def shared_footage(
    db: Database, compared: Sequence[Video], progress: Progress
) -> tuple[SharedFootage, ...]:
    """The stretches that any two of these videos share; those across groups first.

    Small grey pictures are compared, without their lowest fifth, where tickers run. Noise, other
    brightness and small logos do not matter; another crop of the same footage is often missed.
    Raises VideoUnreadable where a video's small pictures are missing.
    """
    marks = []
    for number, video in enumerate(compared):
        progress(0.5 * number / len(compared), f"Reading the pictures of {video.title}")
        marks.append(prints(thumbnails(db, video)))
    times = [[frame.time_s for frame in videos.frames_of(db, video.id)] for video in compared]
    found: list[SharedFootage] = []
    for first, second, alike in matches_by_pair(marks):
        share = 1 - (1 - first / len(marks)) ** 2  # of the pairs, those before
        progress(0.5 + 0.5 * share, "Looking for footage that videos share")
        pair, of_pair = (compared[first], compared[second]), (times[first], times[second])
        found += [_said(*pair, of_pair, stretch) for stretch in stretches(alike)[:_SHOWN]]
        if len(found) > 2 * _SHOWN:
            found = _longest(found)
    return tuple(_longest(found))


def matches_by_pair(marks: Sequence[Prints]) -> Iterator[tuple[int, int, Matches]]:
    """Each two videos with like frames, by their places among `marks`, in order.

    Each video is compared with the frames of all later ones together.
    """
    counts = np.array([len(one.hashes) for one in marks])
    starts = np.cumsum([0, *counts])  # of each video among all frames
    video = np.repeat(np.arange(len(marks)), counts)  # (N,)
    place = np.arange(len(video)) + _APART * video
    together = joined(marks)
    for first, own in enumerate(marks[:-1]):
        later = slice(starts[first + 1], None)
        matches = same_pictures(own, together.of(later), place[later])
        at = np.searchsorted(place, matches.start)  # (M,)
        for second in np.unique(video[at]):
            begins = starts[second] + _APART * second
            rows = video[at] == second
            columns = {name: values[rows] for name, values in vars(matches).items()}
            moved = {name: columns[name] - begins for name in ("start", "end", "best")}
            yield first, int(second), Matches(**(columns | moved))


def _longest(found: list[SharedFootage]) -> list[SharedFootage]:
    return sorted(found, key=lambda one: (one.same_group, -_length_s(one)))[:_SHOWN]


def thumbnails(db: Database, video: Video) -> np.ndarray:
    """(N, 27, 48) uint8 grey, in the order of the video's frames. Raises VideoUnreadable."""
    small = np.empty((video.frames, _HEIGHT, _WIDTH), np.uint8)
    for index, tile in enumerate(small_pictures(db, video)):
        looked_at = tile[: max(1, round(_LOOKED_AT * len(tile)))]
        small[index] = cv2.resize(looked_at, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    return small


def _said(
    first: Video, second: Video, times: tuple[list[float], list[float]], one: Stretch
) -> SharedFootage:
    return SharedFootage(
        first=FrameId(first.id, one.best[0]),
        second=FrameId(second.id, one.best[1]),
        first_s=(times[0][one.first[0]], times[0][one.first[1]]),
        second_s=(times[1][one.second[0]], times[1][one.second[1]]),
        pairs=one.pairs,
        correlation=one.correlation,
        same_group=first.group == second.group,
    )


def _length_s(one: SharedFootage) -> float:
    """Of the shorter side."""
    return min(end - start for start, end in (one.first_s, one.second_s))
