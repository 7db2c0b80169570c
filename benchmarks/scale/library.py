"""A drawn library: rows of videos, frames and captions, small pictures; pixels made when read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np

from benchmarks.scale.analyses import Accuracy
from core.pipeline.training import material
from core.records import Caption, Frame, Video
from core.storage import Database, open_library, runs, videos
from core.storage.progress import Progress
from core.video.atlas import TILE_HEIGHT, TILE_WIDTH, TILES, TILES_ACROSS, TILES_DOWN

_PER_VIDEO = 1_000  # frames
_SCENE = 20
_LINES = ("It is called BA.5.", "Wear a mask on the subway.", "打疫苗保护老人。")


def prepared(frames: int, folder: Path) -> Database:
    """The library of so many frames, made when it is missing; its pixels are `_Drawn`."""
    path = folder / f"library-{frames}"
    made = path.exists()
    db = open_library(path)
    if not made:
        for number in range(-(-frames // _PER_VIDEO)):
            _add(db, number, min(_PER_VIDEO, frames - number * _PER_VIDEO))
    mock.patch.object(material, "pixels", lambda db, video, w, h: _Drawn(video, w, h)).start()
    return db


class _Drawn:
    """A video's (1000, H, W, 3) uint8 frames as an array on disk would give them."""

    dtype = np.dtype(np.uint8)

    def __init__(self, video_id: str, width: int, height: int) -> None:
        generator = np.random.default_rng(int(video_id[1:]))
        small = generator.integers(0, 255, (_PER_VIDEO // _SCENE, 6, 10, 3)).astype(np.uint8)
        self._scenes = [cv2.resize(one, (width, height)) for one in small]
        self.shape = (_PER_VIDEO, height, width, 3)
        self.nbytes = int(np.prod(self.shape))

    def __len__(self) -> int:
        return _PER_VIDEO

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self[:]

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        numbers = np.arange(_PER_VIDEO)[rows]
        made = np.empty((len(numbers), *self.shape[1:]), np.uint8)
        for place, number in enumerate(numbers.tolist()):
            made[place] = np.roll(self._scenes[number // _SCENE], 3 * (number % _SCENE), axis=1)
        return made


def _add(db: Database, number: int, count: int) -> None:
    video_id, group = f"v{number}", ("us", "cn")[number % 2]
    videos.add(db, Video(video_id, f"News {number}", group, "upload", f"{number}.mp4", "en"))
    videos.update(db, video_id, duration_s=2.0 * count, width=640, height=360, added_at=number)
    sampled = [Frame(video_id, index, 2.0 * index, f"{index:06d}.jpg") for index in range(count)]
    said = [
        Caption(video_id, i, 6.0 * i, 6.0 * i + 6, f"{_LINES[i % 3]} {number} {i}")
        for i in range(count // 3)
    ]
    videos.finish_ingest(db, video_id, sampled, said)
    generator = np.random.default_rng(number)
    for page in range(-(-count // TILES)):
        small = generator.integers(0, 255, (4 * TILES_DOWN, 6 * TILES_ACROSS, 3)).astype(np.uint8)
        sheet = cv2.resize(small, (TILES_ACROSS * TILE_WIDTH, TILES_DOWN * TILE_HEIGHT))
        path = db.files.atlas(video_id, page)
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), sheet, [cv2.IMWRITE_WEBP_QUALITY, 60])


def _baseline(db: Database) -> Callable[[], Accuracy]:
    from core.pipeline.training.baseline import baseline

    for run in runs.every(db):
        runs.delete(db, run.id)
    baseline(db, Progress(None))
    (run,) = runs.every(db)
    return lambda: {"error": run.error_train or 0.0}


def _footage(db: Database) -> Callable[[], Accuracy]:
    from core.pipeline.comparison.same_pictures import shared_footage

    found = shared_footage(db, videos.every(db), Progress(None))
    return lambda: {"stretches": len(found)}


def _search(db: Database) -> Callable[[], Accuracy]:
    """In the run that the baseline left."""
    from core.pipeline.search.find_frames import by_captions

    found = by_captions(db, runs.every(db)[0], "subway 7")
    return lambda: {"found": found.total or 0}


STEPS = {"baseline": _baseline, "shared-footage": _footage, "search": _search}
