"""A drawn library: rows of videos, frames and captions, small pictures; pixels made when read."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np

from benchmarks.scale.analyses import Accuracy
from core.pipeline.training import material
from core.records import Caption, Frame, Run, Video
from core.storage import Database, open_library, results, runs, videos
from core.storage.progress import Progress
from core.video.atlas import TILE_HEIGHT, TILE_WIDTH, TILES, TILES_ACROSS, TILES_DOWN

_PER_VIDEO = 1_000  # frames
_SCENE = 20
_PER_SEGMENT = 4  # frames
_WORDS = 20_000  # of each language
_ASKED = {"often": 1, "at_times": 100, "rarely": 5_000}  # the n-th word of those said most


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
    videos.finish_ingest(db, video_id, sampled, _said(video_id, number, count // _PER_SEGMENT))


def _said(video_id: str, number: int, segments: int) -> list[Caption]:
    """Sentences of ten words; the n-th word of a language is said 1/n as often as its first."""
    generator, lasts_s = np.random.default_rng(number), 2.0 * _PER_SEGMENT
    words, space = ((_english(), " "), (_chinese(), ""))[number % 2]
    often = 1 / np.arange(1, _WORDS + 1)
    drawn = generator.choice(_WORDS, (segments, 10), p=often / often.sum())
    return [
        Caption(video_id, i, lasts_s * i, lasts_s * (i + 1), space.join(words[n] for n in row))
        for i, row in enumerate(drawn.tolist())
    ]


@functools.cache
def _english() -> list[str]:
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    return list(map("".join, itertools.islice(itertools.product(syllables, repeat=3), _WORDS)))


@functools.cache
def _chinese() -> list[str]:
    return [chr(0x4E00 + n // 150) + chr(0x5E00 + n % 150) for n in range(_WORDS)]


def _draw_pages(db: Database, number: int) -> None:
    """A video's small pictures, where it has none yet."""
    video_id, generator = f"v{number}", np.random.default_rng(number)
    for page in range(-(-videos.get(db, video_id).frames // TILES)):
        path = db.files.atlas(video_id, page)
        if path.exists():
            continue
        small = generator.integers(0, 255, (4 * TILES_DOWN, 6 * TILES_ACROSS, 3)).astype(np.uint8)
        sheet = cv2.resize(small, (TILES_ACROSS * TILE_WIDTH, TILES_DOWN * TILE_HEIGHT))
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

    for number in range(len(videos.every(db))):
        _draw_pages(db, number)
    found = shared_footage(db, videos.every(db), Progress(None))
    return lambda: {"stretches": len(found)}


def _search(db: Database) -> Callable[[], Accuracy]:
    """The CPU seconds of three searches, and what they find, in a run of all frames."""
    from core.pipeline.search.find_frames import by_captions

    run = _run_of_all(db)
    said: Accuracy = {}
    for name, number in _ASKED.items():
        began = time.process_time()
        said[f"found_{name}"] = by_captions(db, run, _english()[number]).total or 0
        said[f"cpu_s_{name}"] = time.process_time() - began
    return lambda: said


def _run_of_all(db: Database) -> Run:
    """A run that has frames and no latents: searching for words asks for no more."""
    every = videos.every(db)
    count, names = sum(one.frames for one in every), tuple(one.id for one in every)
    run = Run("drawn", "Drawn", "compact", "fast", "done", names, {}, frames=count, latent_size=1)
    if runs.add(db, run):
        listed = [(one.id, index) for one in every for index in range(one.frames)]
        results.write_frames(db, run.id, listed)
    return run


STEPS = {"baseline": _baseline, "shared-footage": _footage, "search": _search}
