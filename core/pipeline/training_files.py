"""What a training leaves on disk, while it runs and when it ends; results.py has the layout."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from core.analysis.decoding import decoded_batches, encode, neighbours
from core.config import RunConfig
from core.records import FrameId, Run
from core.storage import Database, checkpoints, results, videos
from core.storage.files import save_array, write_bytes, write_json
from core.storage.progress import Progress
from core.training.dataset import Frames
from core.training.measures import evenly
from core.training.trainer import Training
from core.video.atlas import write_atlas
from models.interface import FrameModel

_SHOWN = 6  # frames on each picture of reconstructions
_BATCH = 64
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 90]


class Log:
    """The run's log.txt: one line at a time, with the clock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def __call__(self, sentence: str) -> None:
        with self._path.open("a") as file:
            file.write(f"{time.strftime('%H:%M:%S')}  {sentence}\n")


class Metrics:
    """metrics.jsonl of one phase; taken up again, it forgets what is trained anew."""

    def __init__(self, db: Database, run_id: str, phase: str, from_step: int) -> None:
        self._path, self._phase = results.metrics_file(db, run_id), phase
        kept = [
            said
            for said in results.metrics(db, run_id)
            if said["phase"] != phase or said["step"] <= from_step
        ]
        write_bytes(self._path, "".join(f"{json.dumps(said)}\n" for said in kept).encode())

    def add(self, report: dict[str, Any]) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps({**report, "phase": self._phase}) + "\n")


@dataclass(frozen=True)
class Resume:
    """Where a killed or cancelled training stood."""

    phase: str
    measured: dict[str, float | None]
    weights: dict[str, Tensor]
    state: dict[str, Any]

    @classmethod
    def read(cls, path: Path, config: RunConfig) -> Resume | None:
        """None where there is nothing to go on from, or it is of other settings."""
        found = checkpoints.load_training(path)
        if found is None or found[2]["config"] != config.to_json():
            return None
        weights, state, progress = found
        return cls(progress["phase"], progress["measured"], weights, state)


def draw_reconstructions(folder: Path, phase: str, training: Training) -> None:
    """Write reconstructions/<n>.jpg: six frames above, what the model makes of them below.

    Held-out frames where there are some; n counts the steps of both phases.
    """
    rows = evenly(training.held_out if len(training.held_out) else training.rows, _SHOWN)
    before = training.config.steps if phase == "all frames" else 0
    model = training.model.eval()
    with torch.no_grad():
        shown = training.frames.batch(rows)
        decoded = model.decode(model.encode(shown).mode()).clamp(0, 1)
    both = torch.stack([shown, decoded]).float().cpu()  # (2, N, 3, H, W)
    grid = both.permute(0, 3, 1, 4, 2).flatten(0, 1).flatten(1, 2)  # (2 H, N W, 3)
    picture = grid.mul(255).round().byte().numpy()
    write_bytes(folder / "reconstructions" / f"{before + training.step:07d}.jpg", _jpeg(picture))


def write_latents(
    db: Database, run_id: str, model: FrameModel, frames: Frames, rows: list[tuple[str, int]]
) -> np.ndarray:
    """Write frames.json, latents.npy and neighbours.npy; gives the latents, (N, D) float32."""
    order = np.arange(len(frames))
    batches = (
        frames.batch(order[start : start + _BATCH]) for start in range(0, len(order), _BATCH)
    )
    latents = encode(model, batches)
    folder = db.files.run(run_id)
    save_array(folder / "neighbours.npy", neighbours(latents))
    save_array(folder / "latents.npy", latents)
    write_json(folder / "frames.json", rows)
    return latents


def write_keyframes(db: Database, run: Run, model: FrameModel, report: Progress) -> None:
    """Write every frame's decoded keyframe, in its video's proportions, and their atlas."""
    latents, frames = results.latents(db, run.id), results.frames(db, run.id)
    shapes = {video_id: _shape(db, video_id, model) for video_id in run.video_ids}
    batches = decoded_batches(model, latents)
    pictures = (picture for batch in batches for picture in batch)

    def written() -> Any:
        for row, (frame, picture) in enumerate(zip(frames, pictures, strict=True)):
            report(row / len(frames), f"Decoding keyframe {row + 1} of {len(frames)}")
            shown = cv2.resize(picture, shapes[frame.video_id], interpolation=cv2.INTER_LINEAR)
            _write_keyframe(db, run.id, frame, shown)
            yield shown

    write_atlas(written(), lambda page: results.atlas(db, run.id, page))


def device_name(device: torch.device) -> str:
    """What the training ran on, in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {os.cpu_count()} cores, {platform.machine()}"


def total_seconds(db: Database, run_id: str, this_try: float) -> float:
    """Seconds of work, earlier tries included: this try's, or what the metrics add up to."""
    longest: dict[str, float] = {}
    for said in results.metrics(db, run_id):
        longest[said["phase"]] = max(longest.get(said["phase"], 0.0), said["seconds"])
    return max(this_try, sum(longest.values()))


def _shape(db: Database, video_id: str, model: FrameModel) -> tuple[int, int]:
    """(width, height) of a keyframe: the video's proportions, nothing smaller than decoded."""
    video = videos.get(db, video_id)
    width, height = model.config.width, model.config.height
    scale = max(width / video.width, height / video.height)
    return round(video.width * scale), round(video.height * scale)


def _write_keyframe(db: Database, run_id: str, frame: FrameId, picture: np.ndarray) -> None:
    path = results.keyframe(db, run_id, frame)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_jpeg(picture))


def _jpeg(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), _QUALITY)[1].tobytes()
