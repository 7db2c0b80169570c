"""What is measured of two sets of frames: groups, light, when, how long at a time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.analysis.comparison.two_sets import Contrast, blocks_of, contrast
from core.pipeline.comparison.compare import Material
from core.storage import Database, videos
from core.video.light import brightness, lab

_LOOKED_AT = 400  # frames of a set whose brightness is measured, evenly spaced
_NEITHER = -1


@dataclass(frozen=True)
class Measure:
    """One number in both; `unit` is "%" (then from 0 to 1) or "s"."""

    name: str
    about: str
    unit: str
    contrast: Contrast


def groups(found: Material, labels: np.ndarray) -> tuple[Measure, ...]:
    """Each group's share of both sides' frames; `labels` (N,) are 0 and 1, and -1 in neither."""
    names = list(dict.fromkeys(video.group for video in found.videos))
    of_video = np.array([names.index(video.group) for video in found.videos])
    group = of_video[found.video]  # (N,)
    return tuple(
        Measure(name, "share of the frames", "%", _compared(found, labels, group == place))
        for place, name in enumerate(names)
    )


def measures(db: Database, found: Material, labels: np.ndarray) -> tuple[Measure, ...]:
    """Light, place and length of both sides' frames; light is left out without any picture."""
    lasts = np.array([max(video.frames - 1, 1) for video in found.videos])
    when = found.index / lasts[found.video]
    lengths = [stretches(found, labels == side) for side in (0, 1)]
    return (
        *_light(db, found, labels),
        Measure(
            "place in the video",
            "0 % is its beginning, 100 % its end",
            "%",
            _compared(found, labels, when),
        ),
        Measure(
            "length of a stretch",
            "how long it is on screen at a time",
            "s",
            contrast(lengths[0][0], lengths[1][0], (lengths[0][1], lengths[1][1])),
        ),
    )


def stretches(found: Material, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How long each stretch of following frames is, in seconds, and its number as its block."""
    places = np.flatnonzero(inside)
    order = places[np.lexsort((found.index[places], found.video[places]))]
    video, index = found.video[order], found.index[order]
    begins = np.append(True, (np.diff(video) != 0) | (np.diff(index) != 1))
    number = np.cumsum(begins) - 1
    every_s = np.array([one.every_s for one in found.videos])
    return np.bincount(number, weights=every_s[video]), np.arange(number[-1] + 1)


def _light(db: Database, found: Material, labels: np.ndarray) -> list[Measure]:
    looked_at = np.concatenate([_evenly(np.flatnonzero(labels == side)) for side in (0, 1)])
    light = np.full(len(labels), np.nan)
    light[looked_at] = _brightness(db, found, looked_at)
    seen = np.where(np.isfinite(light), labels, _NEITHER)
    if not ((seen == 0).any() and (seen == 1).any()):
        return []
    about = "mean CIELAB lightness, 100 % is white"
    return [Measure("brightness", about, "%", _compared(found, seen, light))]


def _compared(found: Material, labels: np.ndarray, values: np.ndarray) -> Contrast:
    blocks = blocks_of(found.video, found.index)
    sides = [labels == side for side in (0, 1)]
    first, second = (values[side] for side in sides)
    return contrast(first, second, (blocks[sides[0]], blocks[sides[1]]))


def _brightness(db: Database, found: Material, places: np.ndarray) -> np.ndarray:
    """(P,) brightness of frames' pictures, 0 to 1, read at an eighth of their size.

    NaN where there is no picture.
    """
    said = np.zeros(len(places))
    for video_place in np.unique(found.video[places]).tolist():
        video_id = found.videos[video_place].id
        file_of = {frame.index: frame.file for frame in videos.frames_of(db, video_id)}
        for i in np.flatnonzero(found.video[places] == video_place).tolist():
            path = db.files.frames(video_id) / file_of[int(found.index[places[i]])]
            bgr = cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_8)
            said[i] = np.nan if bgr is None else brightness(lab(bgr[..., ::-1])) / 100
    return said


def _evenly(places: np.ndarray) -> np.ndarray:
    if len(places) <= _LOOKED_AT:
        return places
    return places[np.linspace(0, len(places) - 1, _LOOKED_AT).round().astype(int)]
