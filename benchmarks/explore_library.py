"""A library with a finished run of many frames, to measure Explore with: nothing is trained."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import torch

from core.analysis.limits import EXACT_UP_TO
from core.analysis.neighbours import neighbours
from core.config import RunConfig
from core.pipeline.division import analyse
from core.pipeline.division.cluster_parts import part_of_frames
from core.records import Caption, Frame, Run, Video
from core.storage import Database, checkpoints, open_library, results, runs, videos
from core.storage.files import save_array, write_json
from core.storage.progress import Progress
from core.video.atlas import TILES, write_atlas
from models.config import PcaConfig
from models.factory import build

_PER_VIDEO = 1000
_PICTURES = 64  # different ones; frames share them, as the disk has better to do
_SCENES = 40
_LINES = ("It is called BA.5.", "Wear a mask on the subway.", "打疫苗保护老人。")


def make_library(folder: Path, frames: int, k: int = 8, per_video: int = _PER_VIDEO) -> Database:
    """`frames` frames of two groups in videos of up to `per_video`, with a PCA that decodes."""
    db = open_library(folder)
    pictures = _draw()  # (64, 360, 640, 3) RGB
    counts = [min(per_video, frames - start) for start in range(0, frames, per_video)]
    pages = _atlas(pictures, counts[0])
    for place, count in enumerate(counts):
        _add_video(db, f"video{place}", place, count)
        own = pages if count == counts[0] else _atlas(pictures, count)
        for page, data in enumerate(own):
            path = db.files.atlas(f"video{place}", page)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    _link(pictures, [_paths(db.files.frames(f"video{n}"), "06d", c) for n, c in enumerate(counts)])
    run = Run(
        id="many-frames",
        name=f"{frames:,} frames",
        model="pca",
        preset="fast",
        state="done",
        video_ids=tuple(f"video{place}" for place in range(len(counts))),
        config=RunConfig(PcaConfig(width=80, height=48, latent_size=16)).to_json(),
        frames=frames,
        latent_size=16,
        created_at=time.time(),
        finished_at=time.time(),
    )
    runs.add(db, run)
    _write_results(db, run, counts, pictures)
    part_of_frames(db, analyse.cluster(db, run.id, "kmeans", k, 0, Progress(None)))
    analyse.project(db, run.id, "pca", {}, Progress(None))
    return db


def _add_video(db: Database, video_id: str, place: int, count: int) -> None:
    group = ("us", "cn")[place % 2]
    video = Video(video_id, f"News {place} of {group}", group, "upload", f"{place}.mp4", "en")
    videos.add(db, video)
    videos.update(db, video_id, duration_s=2.0 * count, width=640, height=360, added_at=place)
    sampled = [Frame(video_id, index, 2.0 * index, f"{index:06d}.jpg") for index in range(count)]
    said = [
        Caption(video_id, i, 6.0 * i, 6.0 * i + 6, _LINES[i % len(_LINES)])
        for i in range(count // 3)
    ]
    videos.finish_ingest(db, video_id, sampled, said)


def _write_results(db: Database, run: Run, counts: list[int], pictures: np.ndarray) -> None:
    small = np.stack([cv2.resize(picture, (80, 48)) for picture in pictures])
    model = build(PcaConfig(width=80, height=48, latent_size=16))
    tensor = torch.from_numpy(small).permute(0, 3, 1, 2).contiguous()
    model.prepare(tensor, torch.Generator().manual_seed(0))
    checkpoints.save_model(results.checkpoint(db, run.id), model, RunConfig.from_json(run.config))
    with torch.no_grad():
        means = model.encode(tensor.float() / 255).mode().numpy()  # (64, 16)
    generator = np.random.default_rng(0)
    count = min(_SCENES, run.frames // 12)
    scenes = generator.integers(0, _PICTURES, count)
    scene = np.sort(generator.integers(0, count, run.frames))
    latents = means[scenes[scene]] + generator.normal(0, means.std() / 4, (run.frames, 16))
    latents = latents.astype(np.float32)
    near = neighbours(latents)
    folder = db.files.run(run.id)
    save_array(folder / "latents.npy", latents)
    save_array(folder / "neighbours.npy", near)
    listed = [(f"video{place}", i) for place, count in enumerate(counts) for i in range(count)]
    results.write_frames(db, run.id, listed)
    write_json(folder / "report.json", {})
    if run.frames > EXACT_UP_TO:
        return  # what is decoded is written when somebody looks
    keyframes = folder / "keyframes"
    decoded = [_paths(keyframes / f"video{n}", "", count) for n, count in enumerate(counts)]
    _link(pictures[:, ::3, ::3], decoded)
    pages = -(-run.frames // TILES)
    blurred = np.stack([cv2.GaussianBlur(picture, (0, 0), 6) for picture in pictures])
    for page in range(pages):
        shown = blurred[np.arange(TILES) % _PICTURES]
        write_atlas(shown, lambda _, page=page: results.atlas(db, run.id, page))


def _atlas(pictures: np.ndarray, count: int) -> list[bytes]:
    """The pages of a video of so many frames."""
    with tempfile.TemporaryDirectory() as folder:
        shown = itertools.islice(itertools.cycle(pictures), count)
        pages = write_atlas(shown, lambda page: Path(folder, f"{page}.webp"))
        return [Path(folder, f"{page}.webp").read_bytes() for page in range(pages)]


def _paths(folder: Path, digits: str, count: int) -> list[Path]:
    return [folder / f"{index:{digits}}.jpg" for index in range(count)]


def _draw() -> np.ndarray:
    generator = np.random.default_rng(0)
    drawn = np.empty((_PICTURES, 360, 640, 3), np.uint8)
    for picture in drawn:
        picture[:] = generator.integers(30, 226, 3)
        middle = int(generator.integers(120, 520))
        suit, face = generator.integers(30, 226, (2, 3)).tolist()
        cv2.rectangle(picture, (middle - 110, 210), (middle + 110, 360), suit, -1)
        cv2.circle(picture, (middle, 150), 70, face, -1)
    return drawn


def _link(pictures: np.ndarray, of_video: list[list[Path]]) -> None:
    """Write each of the pictures once, and link all further files to them."""
    written: list[Path] = []
    for paths in of_video:
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        for place, path in enumerate(paths):
            if len(written) < len(pictures):
                bgr = np.ascontiguousarray(pictures[len(written)][..., ::-1])
                path.write_bytes(cv2.imencode(".jpg", bgr)[1].tobytes())
                written.append(path)
            else:
                os.link(written[place % len(pictures)], path)
