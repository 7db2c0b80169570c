"""Footage that two videos share: found on their small pictures, said in frames and seconds."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.analysis.comparison.same_pictures import Prints, Stretch, prints, same_pictures, stretches
from core.pipeline.small_pictures import small_pictures
from core.records import FrameId, Video
from core.storage import Database, videos
from core.storage.progress import Progress

_WIDTH, _HEIGHT = 48, 27
_LOOKED_AT = 0.8  # of a picture's height, from the top: below are tickers and captions
_SHOWN = 200  # stretches kept, longest first


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
    marks: dict[str, Prints] = {}
    for number, video in enumerate(compared):
        progress(0.5 * number / len(compared), f"Reading the pictures of {video.title}")
        marks[video.id] = prints(thumbnails(db, video))
    pairs = list(itertools.combinations(compared, 2))
    found: list[SharedFootage] = []
    for number, (first, second) in enumerate(pairs):
        progress(0.5 + 0.5 * number / len(pairs), "Looking for footage that videos share")
        alike = stretches(same_pictures(marks[first.id], marks[second.id]))
        times = [_times(db, video) for video in (first, second)]
        found += [_said(first, second, times, stretch) for stretch in alike[:_SHOWN]]
    found.sort(key=lambda one: (one.same_group, -_length_s(one)))
    return tuple(found[:_SHOWN])


def thumbnails(db: Database, video: Video) -> np.ndarray:
    """(N, 27, 48) uint8 grey, in the order of the video's frames. Raises VideoUnreadable."""
    small = np.empty((video.frames, _HEIGHT, _WIDTH), np.uint8)
    for index, tile in enumerate(small_pictures(db, video)):
        looked_at = tile[: max(1, round(_LOOKED_AT * len(tile)))]
        small[index] = cv2.resize(looked_at, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    return small


def _times(db: Database, video: Video) -> list[float]:
    return [frame.time_s for frame in videos.frames_of(db, video.id)]


def _said(first: Video, second: Video, times: list[list[float]], one: Stretch) -> SharedFootage:
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
