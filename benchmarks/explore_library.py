"""A library with a finished run of many frames, to measure Explore with: nothing is trained."""

from __future__ import annotations

import os
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from sklearn.neighbors import NearestNeighbors

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
    for place, count in enumerate(counts):
        _add_video(db, f"video{place}", place, count, pictures)
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


def _add_video(db: Database, video_id: str, place: int, count: int, pictures: np.ndarray) -> None:
    group = ("us", "cn")[place % 2]
    video = Video(video_id, f"News {place} of {group}", group, "upload", f"{place}.mp4", "en")
    videos.add(db, video)
    videos.update(db, video_id, duration_s=2.0 * count, width=640, height=360, added_at=place)
    folder = db.files.frames(video_id)
    _link(pictures, [folder / f"{index:06d}.jpg" for index in range(count)])
    shown = (pictures[index % _PICTURES] for index in range(count))
    write_atlas(shown, lambda page: db.files.atlas(video_id, page))
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
    near = _neighbours(latents, scene)
    folder = db.files.run(run.id)
    save_array(folder / "latents.npy", latents)
    save_array(folder / "neighbours.npy", near)
    listed = [(f"video{place}", i) for place, count in enumerate(counts) for i in range(count)]
    results.write_frames(db, run.id, listed)
    for place, count in enumerate(counts):
        keyframes = folder / "keyframes" / f"video{place}"
        _link(pictures[:, ::3, ::3], [keyframes / f"{i}.jpg" for i in range(count)])
    pages = -(-run.frames // TILES)
    blurred = np.stack([cv2.GaussianBlur(picture, (0, 0), 6) for picture in pictures])
    for page in range(pages):
        shown = blurred[np.arange(TILES) % _PICTURES]
        write_atlas(shown, lambda _, page=page: results.atlas(db, run.id, page))
    write_json(folder / "report.json", {})


def _neighbours(latents: np.ndarray, scene: np.ndarray) -> np.ndarray:
    """(N, <= 8) int32: each row's nearest rows of its own scene, which scenes make the nearest."""
    count = min(8, int(np.bincount(scene, minlength=1)[np.unique(scene)].min()) - 1)
    near = np.empty((len(latents), count), np.int32)
    for one in np.unique(scene):
        rows = np.flatnonzero(scene == one)
        found = NearestNeighbors(n_neighbors=count + 1, algorithm="brute").fit(latents[rows])
        near[rows] = rows[found.kneighbors(return_distance=False, n_neighbors=count)]
    return near


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


def _link(pictures: np.ndarray, paths: list[Path]) -> None:
    """Write each of the pictures once, and link all further files to them."""
    folder = paths[0].parent
    folder.mkdir(parents=True, exist_ok=True)
    for place, path in enumerate(paths):
        if place < len(pictures):
            bgr = np.ascontiguousarray(pictures[place][..., ::-1])
            path.write_bytes(cv2.imencode(".jpg", bgr)[1].tobytes())
        else:
            os.link(paths[place % len(pictures)], path)
