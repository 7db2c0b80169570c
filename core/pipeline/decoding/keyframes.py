"""Frames decoded from their latents, kept as files: all, or of many those that are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from core.analysis import limits
from core.config import RunConfig
from core.pipeline.decoding.decoder import Decoder
from core.pipeline.decoding.map_decoder import in_turn
from core.records import FrameId, Run
from core.storage import Database, results, runs, videos
from core.storage.files import publish, write_bytes
from core.storage.progress import Progress
from core.video.atlas import TILES, write_atlas
from core.video.picture import jpeg


def write_all(db: Database, run: Run, progress: Progress) -> None:
    """Write every frame's keyframe, and their atlas; nothing of more than 50,000 frames.

    Those come one by one with `write_keyframe` and `write_page`.
    """
    frames = results.frames(db, run.id)
    if not limits.exact(len(frames)):
        return

    folder = db.files.keyframes(run.id)

    def written() -> Iterator[np.ndarray]:
        for row, shown in enumerate(_pictures(db, run.id, frames, 0)):
            progress(row / len(frames), f"Decoding keyframe {row + 1} of {len(frames)}")
            path = db.files.place_of_keyframe(run.id, frames[row])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(jpeg(shown))
            yield shown

    write_atlas(written(), lambda page: results.atlas(db, run.id, page))
    publish(folder, folder.with_name("atlas"))


def write_keyframe(db: Database, run_id: str, frame: FrameId, row: int) -> Path:
    """Write one frame's keyframe; it is the row of the run's arrays."""
    path = results.keyframe(db, run_id, frame)
    (shown,) = in_turn(lambda: list(_pictures(db, run_id, [frame], row)))
    write_bytes(path, jpeg(shown))
    return path


def write_page(db: Database, run_id: str, frames: Sequence[FrameId], page: int) -> Path:
    """Write one page of the atlas; `frames` are those of its rows."""
    shown = in_turn(lambda: list(_pictures(db, run_id, frames, page * TILES)))
    path = results.atlas(db, run_id, page)
    write_atlas(shown, lambda _page: path)
    publish(path)
    return path


def _pictures(
    db: Database, run_id: str, frames: Sequence[FrameId], first: int
) -> Iterator[np.ndarray]:
    """What frames that follow each other from row `first` decode to, in their videos' shapes."""
    rows, decoder = slice(first, first + len(frames)), Decoder(db, run_id)
    config = RunConfig.from_json(runs.get(db, run_id).config)
    shapes = {video: _shape(db, video, config) for video in {one.video_id for one in frames}}
    pictures: Iterable[np.ndarray]
    if decoder.exact:
        pictures = decoder.pictures(np.array(results.latents(db, run_id, mmap=True)[rows]))
    else:
        pictures = decoder.pictures_of_maps(results.maps(db, run_id)[rows])
    for frame, picture in zip(frames, pictures, strict=True):
        yield cv2.resize(picture, shapes[frame.video_id], interpolation=cv2.INTER_LINEAR)


def _shape(db: Database, video_id: str, config: RunConfig) -> tuple[int, int]:
    """(width, height) of a keyframe: the video's proportions, nothing smaller than decoded."""
    video = videos.get(db, video_id)
    width, height = config.model.width, config.model.height
    scale = max(width / video.width, height / video.height)
    return round(video.width * scale), round(video.height * scale)
