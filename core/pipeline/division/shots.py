"""Where the shots of a run begin: by kept picture features, else by their small pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.records import Video
from core.storage import Database
from core.storage.files import load_array
from core.video.atlas import TILE_HEIGHT, TILE_WIDTH, TILES, place
from models.affinity.shots import shot_starts

# Mean difference of two pictures of 20 x 12, of 255, from which they are two shots where no
# features are kept; docs/timeline.md says how it was chosen.
OTHER_PICTURE = 32.0
_AT_ONCE = 1024
_SMALL = (20, 12)  # pixels: what moves within a shot changes little of so small a picture


@dataclass(frozen=True)
class Shots:
    """The places of the frames that begin a shot, by video, and which videos had features."""

    begins: dict[str, list[int]]
    by_features: frozenset[str]


def shots(db: Database, of_run: Sequence[Video]) -> Shots:
    """Of a run's videos together: what features have in common over all of them says nothing.

    Videos without kept features, or with those of another network than most, are told apart by
    the pictures of their atlas; a page that is missing begins no shot.
    """
    kept = _kept(db, of_run)
    begins: dict[str, list[int]] = {}
    if kept:
        middle = _mean(list(kept.values()))
        for video_id, features in kept.items():
            begins[video_id] = _places(shot_starts(features, middle))
    for video in of_run:
        if video.id not in kept:
            differences = np.fromiter(_differences(db, video), np.float32)
            begins[video.id] = _places(shots_by_difference(differences))
    return Shots(begins, frozenset(kept))


def shots_by_difference(differences: np.ndarray) -> np.ndarray:
    """(N - 1,) mean differences of neighbours, 20 x 12 pixels, of 255 -> (N,) bool: a shot begins.

    For videos without features: it takes fast movement for a new shot, where features do not.
    """
    return np.concatenate([[True], np.asarray(differences) >= OTHER_PICTURE])


def _kept(db: Database, of_run: Sequence[Video]) -> dict[str, np.ndarray]:
    """The kept features of one network, the one that most of the videos have."""
    of_network: dict[str, dict[str, np.ndarray]] = {}
    for video in of_run:
        for path in sorted(db.files.video(video.id).glob("features-*.npy")):
            features = _read(path, video.frames)
            if features is not None:
                of_network.setdefault(path.name, {})[video.id] = features
    return max(of_network.values(), key=len, default={})


def _read(path: Path, frames: int) -> np.ndarray | None:
    try:
        features = load_array(path, mmap=True)
    except (OSError, ValueError, EOFError):  # damaged: made anew by the next training
        return None
    return features if features.ndim == 2 and len(features) == frames else None


def _mean(every: Sequence[np.ndarray]) -> np.ndarray:
    """(F,) the mean of all rows of (N_v, F) features, a part of them in memory at a time."""
    total, count = np.zeros(every[0].shape[1]), 0
    for features in every:
        for start in range(0, len(features), _AT_ONCE):
            total += features[start : start + _AT_ONCE].sum(axis=0, dtype=np.float64)
        count += len(features)
    return (total / max(1, count)).astype(np.float32)


def _differences(db: Database, video: Video) -> Iterator[float]:
    """How far each frame but the first is from the one before: mean over pixels, of 255."""
    before: np.ndarray | None = None
    sheet: np.ndarray | None = None
    for index in range(video.frames):
        page, left, top = place(index)
        if index % TILES == 0:
            sheet = cv2.imread(str(db.files.atlas(video.id, page)))
        picture = None
        if sheet is not None:
            tile = sheet[top : top + TILE_HEIGHT, left : left + TILE_WIDTH]
            picture = cv2.resize(tile, _SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
        if index:
            if before is None or picture is None:
                yield 0.0
            else:
                yield float(np.abs(picture - before).mean())
        before = picture


def _places(begins: np.ndarray) -> list[int]:
    return np.flatnonzero(begins).tolist()
