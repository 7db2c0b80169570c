"""A training from its row to its results: resumable at any moment, its files whole or absent."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch

from core.config import RunConfig, TrainingConfig
from core.errors import InvalidSetting, OutOfMemory
from core.machine import usable_cores
from core.pipeline.division.analyse import standard
from core.pipeline.out_of_memory import out_of_memory
from core.pipeline.training import training_files as files
from core.pipeline.training import training_report
from core.pipeline.training.corpus import Corpus, read_corpus
from core.pipeline.training.picture_features import read_features
from core.records import Run
from core.storage import Database, checkpoints, runs, videos
from core.storage.files import write_json
from core.storage.progress import Progress
from core.training.cost import to_lower
from core.training.dataset import Examples, Frames, held_out_rows, stretches
from core.training.measures import active_units, error
from core.training.memory import keep_freed_memory
from core.training.trainer import Training
from core.video.pixels import pixels
from models.config import AffinityConfig, WordConfig
from models.factory import build
from models.interface import FrameModel, WordModel
from models.units import PIXEL_ERROR

_FEWEST_FRAMES = 4
_SAVING_SHARE = 20  # a checkpoint that took t seconds is followed by at least 20 t of training


def train(db: Database, run_id: str, report: Progress) -> None:
    """Train the run and write all that results.py lists; a run that is done stays as it is.

    Raises NotFound, InvalidSetting (too few frames, no captions for a model of words), OutOfMemory.
    """
    run = runs.get(db, run_id)
    if run.state == "done":
        return
    runs.update(db, run_id, state="running", message="")
    try:
        _Run(db, run, report).go()
    except (RuntimeError, MemoryError) as fault:
        if not out_of_memory(fault):
            raise
        frames = sum(videos.get(db, video_id).frames for video_id in run.video_ids)
        demand = to_lower(RunConfig.from_json(run.config), frames)
        raise OutOfMemory(
            f"{run.name} does not fit into the memory of this machine; {demand}."
        ) from fault


class _Run:
    """What the parts of one training share."""

    def __init__(self, db: Database, run: Run, report: Progress) -> None:
        self.db, self.run, self.report = db, run, report
        self.config = RunConfig.from_json(run.config)
        self.folder = db.files.run(run.id)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.log = files.Log(self.folder / "log.txt")
        torch.set_num_threads(usable_cores())
        keep_freed_memory()

    def go(self) -> None:
        began = time.monotonic()
        self._load()
        earlier = files.Resume.read(self.folder / "resume.safetensors", self.config, self.data_hash)
        measured = earlier.measured if earlier else {}
        model: FrameModel | None = None
        if self.config.training.held_out != "none" and "error" not in measured:
            held = self.held[self.examples.rows]
            model = self._fit("held-out", ~held, earlier, measured, self.report.part(0.03, 0.42))
            measured |= training_report.held_out_measures(
                model, self.examples, np.flatnonzero(held), self.corpus
            )
            self.log(f"held-out error {files.said(measured['error'])} ({PIXEL_ERROR})")
            earlier = None
        if not self._keeps_first() or model is None:
            everything = np.ones(len(self.examples), bool)
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
        self.corpus = self._read_corpus()
        self.features = read_features(self.db, self.run, self.config, self.report.part(0.01, 0.03))
        self.examples = Examples(self.frames, features=self.features)
        if self.corpus:
            rows, words = self.corpus.rows, self.corpus.words
            self.examples = Examples(self.frames, rows, words, self.features)
        self.data_hash = training_report.data_hash(arrays, self.corpus)
        self.log(f"{len(self.frames)} frames, {int(self.held.sum())} held out, on {self.device}")

    def _read_corpus(self) -> Corpus | None:
        """The words, for a model of words."""
        if not isinstance(self.config.model, WordConfig):
            return None
        corpus = read_corpus(self.db, self.run, self.config, self.report.part(0.0, 0.01))
        if corpus is None:
            self.log("no captions: the words of the latent stay open")
            return None
        self.log(
            f"{len(corpus.words)} captions of up to {corpus.longest} words, "
            f"{len(corpus.vocabulary.words) - 1} different ones, {corpus.unknown_share:.1%} "
            f"unknown to {corpus.source}"
        )
        if isinstance(self.config.model, AffinityConfig):
            self._size_wording(self.config.model, corpus)
        return corpus

    def _size_wording(self, model: AffinityConfig, corpus: Corpus) -> None:
        """Give the latent the numbers that these captions need; the run's settings say them."""
        demand = corpus.longest, len(corpus.vocabulary.words) - 1
        self.config = replace(self.config, model=model.sized(*demand))
        runs.update(self.db, self.run.id, config=self.config.to_json())
        self.run = runs.get(self.db, self.run.id)
        if exceeded := model.sized(*demand).budget_exceeded(*demand):
            self.log(exceeded)

    def _fit(
        self,
        phase: str,
        chosen: np.ndarray,
        earlier: files.Resume | None,
        measured: dict[str, Any],
        report: Progress,
    ) -> FrameModel:
        """Train one model on the chosen examples, from where an earlier try of this phase was."""
        rows, held = np.flatnonzero(chosen), np.flatnonzero(~chosen)
        torch.manual_seed(self.config.training.seed)
        model = build(self.config.model)
        taken_up = earlier is not None and earlier.phase == phase
        if not taken_up:
            report(0.0, f"Preparing ({phase})")
            if isinstance(model, WordModel) and self.corpus:
                vectors = torch.from_numpy(self.corpus.vocabulary.vectors)
                model.use_words(vectors, self.corpus.longest)
            seeded = torch.Generator().manual_seed(self.config.training.seed)
            shown = stretches(rows)
            frames = self.frames.raw(self.examples.rows[shown]).cpu()
            model.prepare(frames, seeded, self.examples.beside(shown))
        model.to(self.device)
        training = Training(model, self.examples, rows, held, self._as_long_as_was_best(measured))
        if earlier is not None and taken_up:
            checkpoints.load_weights(model, earlier.weights)
            training.restore(earlier.state)
            self.log(f"going on from step {training.step} ({phase})")
        self._follow(training, phase, measured, report)
        if training.stopped_early:
            measured["best_step"] = training.best.step
            self.log(f"stopped: lowest held-out error at step {training.best.step} ({phase})")
        self.training = training
        return model

    def _as_long_as_was_best(self, measured: dict[str, Any]) -> TrainingConfig:
        """The second training takes as many steps as brought the first one furthest."""
        if "best_step" not in measured:
            return self.config.training
        return replace(self.config.training, steps=measured["best_step"], epochs=0)

    def _follow(
        self, training: Training, phase: str, measured: dict[str, Any], report: Progress
    ) -> None:
        """Run the training, keeping metrics, pictures and checkpoints as it goes."""
        saved, saving, drawn = time.monotonic(), 0.0, 0
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
            self.log(
                f"{phase} step {said.step}: {files.said(said.error_train)} ({PIXEL_ERROR}, sampled)"
            )
            if said.step * 8 // said.steps > drawn:
                drawn = said.step * 8 // said.steps
                files.draw_reconstructions(self.folder, phase, training)
            wait = max(self.config.training.checkpoint_every_s, _SAVING_SHARE * saving)
            if time.monotonic() - saved >= wait or said.step == said.steps:
                began = time.monotonic()
                self._save(training, phase, measured)
                saved = time.monotonic()
                saving = saved - began

    def _save(self, training: Training, phase: str, measured: dict[str, Any]) -> None:
        progress = {
            "phase": phase,
            "measured": measured,
            "config": self.config.to_json(),
            "data_hash": self.data_hash,
        }
        path = self.folder / "resume.safetensors"
        checkpoints.save_training(path, training.model, training.state(), progress)

    def _finish(self, model: FrameModel, measured: dict[str, Any], began: float) -> None:
        self.report(0.8, "Encoding every frame")
        everything = np.arange(len(self.examples))
        held = self.held[self.examples.rows]
        trained = np.flatnonzero(~held) if self._keeps_first() else everything
        error_train = error(model, self.examples, trained)
        words = self.corpus.vocabulary.words if self.corpus else ()
        checkpoints.save_model(self.folder / "checkpoint", model, self.config, words)
        said = self.corpus.of_frames if self.corpus else None
        everywhere = Examples(self.frames, words=said, features=self.features)
        latents = files.write_latents(self.db, self.run.id, model, everywhere, self.rows)
        training = self.training
        described = {
            "unit": PIXEL_ERROR,
            "device": files.device_name(self.device),
            "parameters": self.config.model.parameters(),
            "active_units": active_units(latents, model.prior_std.cpu().numpy()),
            "active_by_block": training_report.active_by_block(
                latents, model.prior_std.cpu().numpy(), self.config.model.blocks
            ),
            "held_out_frames": int(self.held.sum()),
            "pca": training_report.pca_errors(
                self.config, self.examples, self.held, measured.get("error") is not None
            ),
            "seed": self.config.training.seed,
            "epochs": training.schedule.epochs(training.step),
            "steps": training.step,
            "batch_size": self.config.training.batch_size,
            "published": None if self._keeps_first() else training.published_figures(),
            "data_hash": self.data_hash,
            **training_report.report(model, self.examples, trained, measured, self.corpus),
        }
        files.write_decoded(self.db, self.run, self.report.part(0.82, 0.9))
        write_json(self.folder / "report.json", described)
        runs.update(
            self.db,
            self.run.id,
            frames=len(self.frames),
            latent_size=self.config.model.latent_size,
            error_train=error_train,
            error_held_out=measured.get("error"),
            device=described["device"],
        )
        standard(self.db, self.run.id, self.report.part(0.9, 1.0))
        (self.folder / "resume.safetensors").unlink(missing_ok=True)
        took = files.total_seconds(self.db, self.run.id, time.monotonic() - began)
        runs.update(self.db, self.run.id, state="done", seconds=took, finished_at=time.time())
        self.log(f"done in {took:.0f} s: training error {files.said(error_train)} ({PIXEL_ERROR})")

    def _keeps_first(self) -> bool:
        return self.config.training.held_out == "keep"
