"""A trainer for the tables that trains nothing: it writes what a training leaves, in no time."""

from __future__ import annotations

import json
import time

import cv2
import numpy as np
import pytest

from core import config
from core.config import RunConfig, TrainingConfig
from core.errors import InvalidSetting
from core.records import FrameId
from core.storage import Database, results, runs, videos
from core.storage.files import save_array, write_bytes, write_json
from core.storage.progress import Progress
from models.config import CrvaeConfig, DenseCvaeConfig, PureCvaeConfig
from tests.synthetic import make_run

EPOCHS, BATCH = 10, 16
TOTALS = {"rnn": 0.9, "lstm": 0.3, "gru": 0.4, "transformer": 0.35}
NO_CAPTIONS = "There are no captions to train on; add some to these videos."


def library(db: Database, groups: tuple[str, ...] = ("us", "cn")) -> None:
    """Drawn videos with captions, one for each group."""
    make_run(db, (30, 42), groups, every_k=(), layouts=())
    runs.delete(db, "synthetic-run")


def small_presets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presets that exist however the real ones are chosen, and differ from them in size."""
    training = TrainingConfig(epochs=EPOCHS, batch_size=BATCH)
    for model in (
        PureCvaeConfig(width=80, height=48, latent_size=16),
        DenseCvaeConfig(width=80, height=48, latent_size=16),
        CrvaeConfig(width=80, height=48, latent_size=16, hidden=32),
    ):
        known = {name: RunConfig(model, training, name) for name in ("paper", "quick")}
        monkeypatch.setitem(config.PRESETS, model.name, known)


class Trainer:
    """Called as core.pipeline.training.train.train; it notes what it was asked for."""

    def __init__(self, without_captions: tuple[str, ...] = ()) -> None:
        self.trained: list[str] = []
        self._without = without_captions  # groups

    def __call__(self, db: Database, run_id: str, report: Progress) -> None:
        run = runs.get(db, run_id)
        self.trained.append(run.name)
        runs.update(db, run_id, state="running")
        groups = {videos.get(db, video_id).group for video_id in run.video_ids}
        if run.model == "crvae" and groups & set(self._without):
            raise InvalidSetting(NO_CAPTIONS)
        report(0.5, "Training (all frames), step 1 of 2")
        _write(db, run_id)
        runs.update(
            db,
            run_id,
            state="done",
            error_train=1.5,
            error_held_out=4.5,
            seconds=61.0,
            device="CPU",
            finished_at=time.time(),
        )


def _write(db: Database, run_id: str) -> None:
    run, folder = runs.get(db, run_id), db.files.run(run_id)
    listed = [
        FrameId(video_id, frame.index)
        for video_id in run.video_ids
        for frame in videos.frames_of(db, video_id)
    ]
    generator = np.random.default_rng(len(listed))
    save_array(folder / "latents.npy", generator.normal(size=(len(listed), 16)).astype(np.float32))
    results.write_frames(db, run_id, listed)
    settings = run.config["model"]
    write_json(folder / "report.json", _report(settings))
    batches = 2
    lines = [
        {
            "phase": phase, "step": batches * e, "steps": batches * EPOCHS, "epoch": float(e),
            "seconds": e / 10, "error_train": 25.5 / e, "error_held_out": held and 30.0 / e,
            "text": 0.1 / e if run.model == "crvae" else None,
        }
        for phase, held in (("held-out", True), ("all frames", None))
        for e in range(1, EPOCHS + 1)
    ]  # fmt: skip
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    write_bytes(results.metrics_file(db, run_id), text.encode())
    for step in (10, 30, 40):  # the second phase begins after step 20
        picture = np.full((96, 480, 3), 3 * step, np.uint8)
        encoded = cv2.imencode(".jpg", picture)[1].tobytes()
        write_bytes(folder / "reconstructions" / f"{step:07d}.jpg", encoded)


def _report(settings: dict) -> dict:
    words = settings["name"] == "crvae"
    total = TOTALS[settings["cell"]] if words else 2.0
    if words and not settings["teacher_forcing"]:
        total = 0.5
    shares = {"train": 0.62, "held_out": 0.24}
    return {
        "unit": "255 x MSE", "device": "CPU", "parameters": 1_234_567, "active_units": 9,
        "held_out_frames": 10, "seed": 0, "epochs": float(EPOCHS), "steps": 2 * EPOCHS,
        "pca": {"latent_size": 16, "error_train": 2.25, "error_held_out": 5.25},
        "batch_size": BATCH, "psnr": 21.5, "ssim": 0.875, "held_out": {"psnr": 18.5, "ssim": 0.75},
        "published": {
            "unit": "sum of batch MSE" if words else "255 x MSE", "total": total,
            "image": total - 0.15 if words else total, "text": 0.05 if words else None,
        },
        "text": {
            "teacher_forced": shares, "free_running": shares, "first_word": shares,
            "word_vectors": "multilingual", "unknown_share": 0.06,
        } if words else None,
        "peak_memory_bytes": 310_000_000, "data_hash": "0123456789ab",
    }  # fmt: skip
