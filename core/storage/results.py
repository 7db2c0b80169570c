"""A run's files: which there are, and how to read them. Training and analysis write them.

runs/<id>/ holds
    frames.json               [[video_id, index], ...]: the rows of every array below
    latents.npy               (N, D) float32, posterior means
    maps.npy                  (N, D, h, w) float16, only of models that decode whole maps
    decoded.json              the words decoded from each row's latent, only of models of words
    neighbours.npy            (N, 8) int32, each row's nearest rows by L2, nearest first
    metrics.jsonl             one line per report of the training
    report.json               what is said beside the model: the PCA baseline, units, device
    reconstructions/<step>.jpg   originals above, reconstructions below
    keyframes/<video>/<index>.jpg   each frame decoded from its latent
    atlas/<page>.webp         the same as 16 x 16 tiles of 100 x 60, in the order of the rows
    checkpoint/               model.safetensors and model.json: opens alone
    log.txt                   what the training printed
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import NotFound
from core.records import FrameId
from core.storage.database import Database
from core.storage.files import load_array, read_json


def frames(db: Database, run_id: str) -> list[FrameId]:
    """The frames behind the rows of the run's arrays. Raises NotFound before there are any."""
    listed = read_json(db.files.run(run_id) / "frames.json")
    if listed is None:
        raise NotFound(f"Run {run_id} has no latents yet; wait until its training has ended.")
    return [FrameId(video_id, index) for video_id, index in listed]


def latents(db: Database, run_id: str, mmap: bool = False) -> np.ndarray:
    """(N, D) float32 posterior means. Raises NotFound before there are any."""
    return _array(db.files.run(run_id) / "latents.npy", run_id, mmap)


def maps(db: Database, run_id: str) -> np.ndarray:
    """(N, D, h, w) float16 posterior means, memory-mapped. Raises NotFound for a run without."""
    return _array(db.files.run(run_id) / "maps.npy", run_id, mmap=True)


def neighbours(db: Database, run_id: str) -> np.ndarray:
    """(N, <= 8) int32: the rows nearest to each row in latent space, nearest first."""
    return _array(db.files.run(run_id) / "neighbours.npy", run_id, mmap=True)


def decoded_texts(db: Database, run_id: str) -> list[str] | None:
    """The words decoded from each row's latent alone; None for a model without words."""
    return read_json(db.files.run(run_id) / "decoded.json")


def metrics_file(db: Database, run_id: str) -> Path:
    """Where the training appends its reports."""
    return db.files.run(run_id) / "metrics.jsonl"


def metrics(db: Database, run_id: str) -> list[dict[str, Any]]:
    """The training's reports so far; a last line that is still being written is left out."""
    path = metrics_file(db, run_id)
    if not path.exists():
        return []
    whole = path.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]


def report(db: Database, run_id: str) -> dict[str, Any]:
    """What the training said of itself when it ended, {} before."""
    return read_json(db.files.run(run_id) / "report.json") or {}


def reconstructions(db: Database, run_id: str) -> list[tuple[int, Path]]:
    """(step, picture) pairs, oldest first: originals above, reconstructions below."""
    folder = db.files.run(run_id) / "reconstructions"
    return sorted((int(path.stem), path) for path in folder.glob("[0-9]*.jpg"))


def keyframe(db: Database, run_id: str, frame: FrameId) -> Path:
    """The picture decoded from a frame's latent."""
    return db.files.run(run_id) / "keyframes" / frame.video_id / f"{frame.index}.jpg"


def atlas(db: Database, run_id: str, page: int) -> Path:
    return db.files.run(run_id) / "atlas" / f"{page}.webp"


def resume_file(db: Database, run_id: str) -> Path:
    """What a training that was ended goes on from; there until it is done."""
    return db.files.run(run_id) / "resume.safetensors"


def checkpoint(db: Database, run_id: str) -> Path:
    return db.files.run(run_id) / "checkpoint"


def log(db: Database, run_id: str) -> str:
    """What the training printed so far."""
    path = db.files.run(run_id) / "log.txt"
    return path.read_text(errors="replace") if path.exists() else ""


def _array(path: Path, run_id: str, mmap: bool) -> np.ndarray:
    if not path.exists():
        raise NotFound(f"Run {run_id} has no latents yet; wait until its training has ended.")
    return load_array(path, mmap)
