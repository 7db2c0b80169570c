"""A training from its row to its results: resumable at any moment, its files whole or absent."""

from __future__ import annotations

import os
import time
from dataclasses import asdict, replace

import numpy as np
import torch

from core.config import RunConfig, TrainingConfig
from core.errors import InvalidSetting, OutOfMemory
from core.pipeline import training_files as files
from core.pipeline.analyse import standard
from core.records import Run
from core.storage import Database, checkpoints, runs, videos
from core.storage.files import write_json
from core.storage.progress import Progress
from core.training.dataset import Frames, held_out_rows
from core.training.measures import UNIT, active_units, error
from core.training.trainer import Training
from core.video.pixels import pixels
from models.config import PcaConfig
from models.factory import build
from models.interface import FrameModel

_FEWEST_FRAMES = 4


def train(db: Database, run_id: str, report: Progress) -> None:
    """Train the run and write all that results.py lists; a run that is done stays as it is.

    Raises NotFound, InvalidSetting (too few frames), OutOfMemory.
    """
    run = runs.get(db, run_id)
    if run.state == "done":
        return
    runs.update(db, run_id, state="running", message="")
    try:
        _Run(db, run, report).go()
    except (torch.cuda.OutOfMemoryError, MemoryError) as fault:
        raise OutOfMemory(
            f"{run.name} does not fit into the memory of this machine; lower batch_size, "
            "or width and height."
        ) from fault


class _Run:
    """What the parts of one training share."""

    def __init__(self, db: Database, run: Run, report: Progress) -> None:
        self.db, self.run, self.report = db, run, report
        self.config = RunConfig.from_json(run.config)
        self.folder = db.files.run(run.id)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.log = files.Log(self.folder / "log.txt")
        torch.set_num_threads(os.cpu_count() or 1)

    def go(self) -> None:
        began = time.monotonic()
        self._load()
        earlier = files.Resume.read(self.folder / "resume.safetensors", self.config)
        measured = earlier.measured if earlier else {}
        model: FrameModel | None = None
        if self.config.training.held_out != "none" and "held_out" not in measured:
            model = self._fit(
                "held-out", ~self.held, earlier, measured, self.report.part(0.03, 0.42)
            )
            measured["held_out"] = error(model, self.frames, np.flatnonzero(self.held))
            self.log(f"held-out error {measured['held_out']:.3f} ({UNIT})")
            earlier = None
        if not self._keeps_first() or model is None:
            everything = np.ones(len(self.frames), bool)
            model = self._fit(
                "all frames", everything, earlier, measured, self.report.part(0.42, 0.8)
            )
        self._finish(model, measured, began)

    def _load(self) -> None:
        self.report(0.0, "Reading frames")
        size = (self.config.model.width, self.config.model.height)
        arrays = [pixels(self.db, video_id, *size) for video_id in self.run.video_ids]
        self.frames = Frames(arrays, self.device)
        if len(self.frames) < _FEWEST_FRAMES:
            raise InvalidSetting(
                f"{len(self.frames)} frames are too few to train on; add a longer video, or sample "
                "more often."
            )
        self.held = held_out_rows([len(array) for array in arrays])
        self.rows = [
            (frame.video_id, frame.index)
            for video_id in self.run.video_ids
            for frame in videos.frames_of(self.db, video_id)
        ]
        self.log(f"{len(self.frames)} frames, {int(self.held.sum())} held out, on {self.device}")

    def _fit(
        self,
        phase: str,
        chosen: np.ndarray,
        earlier: files.Resume | None,
        measured: dict[str, float | None],
        report: Progress,
    ) -> FrameModel:
        """Train one model on the chosen rows, from where an earlier try of this phase stopped."""
        rows, held = np.flatnonzero(chosen), np.flatnonzero(~chosen)
        torch.manual_seed(self.config.training.seed)
        model = build(self.config.model)
        taken_up = earlier is not None and earlier.phase == phase
        if not taken_up:
            report(0.0, f"Preparing ({phase})")
            seeded = torch.Generator().manual_seed(self.config.training.seed)
            model.prepare(self.frames.raw(rows).cpu(), seeded)
        model.to(self.device)
        training = Training(model, self.frames, rows, held, self._schedule())
        if earlier is not None and taken_up:
            model.load_state_dict(earlier.weights)
            training.restore(earlier.state)
            self.log(f"going on from step {training.step} ({phase})")
        self._follow(training, phase, measured, report)
        return model

    def _schedule(self) -> TrainingConfig:
        """The config's steps, but never less than 8 passes over the frames."""
        config = self.config.training
        passes = 8 * len(self.frames) // config.batch_size
        return replace(config, steps=max(config.steps, passes))

    def _follow(
        self, training: Training, phase: str, measured: dict[str, float | None], report: Progress
    ) -> None:
        """Run the training, keeping metrics, pictures and checkpoints as it goes."""
        saved, drawn = time.monotonic(), 0
        metrics = files.Metrics(self.db, self.run.id, phase, training.step)
        for said in training.run():
            metrics.add(asdict(said))
            pace = said.seconds / said.step
            second = phase == "held-out" and not self._keeps_first()
            left = pace * (said.steps - said.step + second * said.steps)
            report(
                said.step / said.steps,
                f"Training ({phase}), step {said.step} of {said.steps}",
                left,
            )
            self.log(f"{phase} step {said.step}: {said.error_train:.3f} ({UNIT}, sampled)")
            if said.step * 8 // said.steps > drawn:
                drawn = said.step * 8 // said.steps
                files.draw_reconstructions(self.folder, phase, training)
            due = time.monotonic() - saved >= self.config.training.checkpoint_every_s
            if due or said.step == said.steps:
                progress = {"phase": phase, "measured": measured, "config": self.config.to_json()}
                path = self.folder / "resume.safetensors"
                checkpoints.save_training(path, training.model, training.state(), progress)
                saved = time.monotonic()

    def _finish(self, model: FrameModel, measured: dict[str, float | None], began: float) -> None:
        self.report(0.8, "Encoding every frame")
        everything = np.arange(len(self.frames))
        trained = np.flatnonzero(~self.held) if self._keeps_first() else everything
        error_train = error(model, self.frames, trained)
        checkpoints.save_model(self.folder / "checkpoint", model, self.config)
        latents = files.write_latents(self.db, self.run.id, model, self.frames, self.rows)
        described = {
            "unit": UNIT,
            "device": files.device_name(self.device),
            "parameters": self.config.model.parameters(),
            "active_units": active_units(latents, model.prior_std.cpu().numpy()),
            "held_out_frames": int(self.held.sum()),
            "pca": self._pca(measured),
            "seed": self.config.training.seed,
        }
        files.write_keyframes(self.db, self.run, model, self.report.part(0.82, 0.9))
        write_json(self.folder / "report.json", described)
        runs.update(
            self.db,
            self.run.id,
            frames=len(self.frames),
            latent_size=self.config.model.latent_size,
            error_train=error_train,
            error_held_out=measured.get("held_out"),
            device=described["device"],
        )
        standard(self.db, self.run.id, self.report.part(0.9, 1.0))
        (self.folder / "resume.safetensors").unlink(missing_ok=True)
        took = files.total_seconds(self.db, self.run.id, time.monotonic() - began)
        runs.update(self.db, self.run.id, state="done", seconds=took, finished_at=time.time())
        self.log(f"done in {took:.0f} s: training error {error_train:.3f} ({UNIT})")

    def _keeps_first(self) -> bool:
        return self.config.training.held_out == "keep"

    def _pca(self, measured: dict[str, float | None]) -> dict[str, float | int | None]:
        """The baseline at the same latent size: beside every model, on the same frames."""
        model = self.config.model
        if isinstance(model, PcaConfig):
            return {}
        config = PcaConfig(model.width, model.height, model.latent_size)
        everything, kept = np.arange(len(self.frames)), np.flatnonzero(~self.held)
        return {
            "latent_size": model.latent_size,
            "error_train": self._pca_error(config, everything, everything),
            "error_held_out": (
                self._pca_error(config, kept, np.flatnonzero(self.held))
                if measured.get("held_out") is not None
                else None
            ),
        }

    def _pca_error(self, config: PcaConfig, fitted: np.ndarray, shown: np.ndarray) -> float | None:
        pca = build(config)
        pca.prepare(self.frames.raw(fitted).cpu(), torch.Generator())
        return error(pca.to(self.device), self.frames, shown)
