"""Where the shots of a run begin: by kept picture features, else by their small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.records import Video
from core.storage import Database
from core.storage.files import load_array
from core.video.atlas import TILE_HEIGHT, TILE_WIDTH, TILES, TILES_ACROSS, TILES_DOWN
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
            begins[video.id] = _places(shots_by_difference(_differences(db, video)))
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


def _differences(db: Database, video: Video) -> np.ndarray:
    """(frames - 1,) how far each frame is from the one before: mean over pixels, of 255."""
    wide, high = _SMALL
    whole = TILES_DOWN * TILE_HEIGHT, TILES_ACROSS * TILE_WIDTH
    pages = -(-video.frames // TILES)
    small = np.full((pages * TILES, high, wide, 3), np.nan, np.float32)
    for page in range(pages):
        sheet = cv2.imread(str(db.files.atlas(video.id, page)))
        if sheet is None or sheet.shape[:2] != whole:
            continue
        shrunk = cv2.resize(
            sheet, (TILES_ACROSS * wide, TILES_DOWN * high), interpolation=cv2.INTER_AREA
        )
        tiles = shrunk.reshape(TILES_DOWN, high, TILES_ACROSS, wide, 3).swapaxes(1, 2)
        small[page * TILES : (page + 1) * TILES] = tiles.reshape(TILES, high, wide, 3)
    apart = np.abs(np.diff(small[: video.frames], axis=0)).mean(axis=(1, 2, 3))
    return np.nan_to_num(apart, copy=False)  # beside a page that is missing


def _places(begins: np.ndarray) -> list[int]:
    return np.flatnonzero(begins).tolist()
