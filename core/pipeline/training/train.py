"""A training from its row to its results: resumable at any moment, its files whole or absent."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import numpy as np
import torch

from core.config import RunConfig, TrainingConfig
from core.errors import OutOfMemory
from core.machine import threads
from core.pipeline.division.analyse import standard
from core.pipeline.out_of_memory import out_of_memory
from core.pipeline.training import training_files as files
from core.pipeline.training import training_report
from core.pipeline.training.corpus import kept_frames
from core.pipeline.training.material import read_material
from core.pipeline.training.other_processes import Shared, with_others
from core.records import Run
from core.storage import Database, checkpoints, results, runs
from core.storage.files import publish, remove, write_json
from core.storage.progress import Progress
from core.training.cost import to_lower
from core.training.dataset import stretches
from core.training.measures import enough, error
from core.training.memory import keep_freed_memory
from core.training.schedule import Length, check_processes, keeps_first
from core.training.together import Processes
from core.training.trainer import Training
from models.factory import build
from models.interface import FrameModel, WordModel
from models.units import PIXEL_ERROR

_SAVING_SHARE = 20  # a checkpoint that took t seconds is followed by 20 t of training, but
_LONGEST_UNSAVED_S = 30.0  # no more than this, however slow steps and disk are
_LOADED = 0.02  # of the whole: reading what a model needs that reads features
_TIMED = 3  # steps behind the time left
_LENGTH, _HELD_OUT, _ALL = "number of steps", "held-out", "all frames"


class _Phase(NamedTuple):
    """One training of a run's one to three; both arrays are numbers of examples."""

    name: str
    trained: np.ndarray
    watched: np.ndarray  # only measured


def train(db: Database, run_id: str, report: Progress, processes: int = 1) -> None:
    """Train the run and write all that results.py lists; a run that is done stays as it is.

    Several `processes` share each step and compute what one does; on GPUs each has its own. Raises
    NotFound, InvalidSetting (too few frames, no captions for a model of words), OutOfMemory.
    """
    run = runs.get(db, run_id)
    if run.state == "done":
        return
    runs.update(db, run_id, state="running", message="")
    try:
        _Run(db, run, report, processes).go()
    except (RuntimeError, MemoryError) as fault:
        if not out_of_memory(fault):
            raise
        frames = sum(map(len, kept_frames(db, run).values()))
        demand = to_lower(RunConfig.from_json(run.config), frames)
        raise OutOfMemory(
            f"{run.name} does not fit into the memory of this machine; {demand}."
        ) from fault


class _Run:
    """What the parts of one training share."""

    def __init__(self, db: Database, run: Run, progress: Progress, processes: int) -> None:
        self.db, self.run, self.progress, self.processes = db, run, progress, processes
        self.config = RunConfig.from_json(run.config)
        check_processes(self.config, processes)
        self.folder = db.files.run(run.id)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.log = files.Log(self.folder / "log.txt")
        self.resume_file = self.folder / "resume.safetensors"
        self.step_s: float | None = None  # how long a step takes, once three were timed
        torch.set_num_threads(threads())
        keep_freed_memory()

    def go(self) -> None:
        began = time.monotonic()
        features = self.progress.part(0.0, _LOADED)
        self.material = read_material(self.db, self.run, self.device, features, self.log)
        self.config, self.examples = self.material.config, self.material.examples
        self.run = runs.get(self.db, self.run.id)
        earlier = files.Resume.read(self.resume_file, self.config, self.material.data_hash)
        measured = earlier.measured if earlier else {}
        phases = self._phases()
        start = _LOADED if self.material.features else 0.0
        over: dict[str, int] = measured.setdefault("over", {})  # steps of the phases that are over
        for place, phase in enumerate(phases):
            if phase.name in over:
                continue
            span = (0.8 - start) / len(phases)
            part = self.progress.part(start + place * span, start + (place + 1) * span)
            resume = earlier if earlier and earlier.phase == phase.name else None
            model = self._fit(phase, len(phases) - place - 1, resume, measured, part)
            if phase.name == _HELD_OUT:
                part(1.0, "Measuring held-out frames")
                measured |= training_report.held_out_measures(
                    model, self.examples, enough(model, phase.watched), self.material.corpus
                )
                self.log(f"held-out error {files.said(measured['error'])} ({PIXEL_ERROR})")
            over[phase.name] = self.training.step
        self._finish(self.training.model, measured, began)

    def _phases(self) -> list[_Phase]:
        """The trainings of the run, in their order; the model of the last one is kept.

        With patience the first one finds out how many steps are best, by a tenth of the frames
        that neither it nor the held-out figure uses; the others take as many.
        """
        settings, data = self.config.training, self.material
        held, stopping = (part[self.examples.rows] for part in (data.held, data.stopping))
        whole = _Phase(_ALL, np.arange(len(held)), np.arange(0))
        if settings.held_out == "none":
            return [whole]
        phases = [_Phase(_HELD_OUT, np.flatnonzero(~held), np.flatnonzero(held))]
        if settings.patience and stopping.any():
            rest = np.flatnonzero(~held & ~stopping)
            phases.insert(0, _Phase(_LENGTH, rest, np.flatnonzero(stopping)))
        return phases if self._keeps_first() else [*phases, whole]

    def _fit(
        self,
        phase: _Phase,
        later: int,
        resume: files.Resume | None,
        measured: dict[str, Any],
        progress: Progress,
    ) -> FrameModel:
        """Train one model, from where an earlier try of this phase was; `later` phases follow."""
        progress(0.0, f"Preparing ({phase.name})")
        settings = self.config.training
        torch.manual_seed(settings.seed)
        model = build(self.config.model)
        if resume is None:
            if isinstance(model, WordModel) and self.material.corpus:
                vectors = torch.from_numpy(self.material.corpus.vocabulary.vectors)
                model.use_words(vectors, self.material.corpus.longest)
            seeded = torch.Generator().manual_seed(settings.seed)
            shown = stretches(phase.trained)
            rows = self.examples.rows[shown]
            # Without a name, so that they are let go before the training.
            model.prepare(self.material.frames.raw(rows).cpu(), seeded, self.examples.beside(shown))
        model.to(self.device)
        length = Length(*measured["length"]) if "length" in measured else None
        if phase.name != _LENGTH:
            settings = replace(settings, patience=0)
        with self._shared(phase, settings, length, model.learns, resume) as processes:
            training = Training(
                model, self.examples, phase.trained, phase.watched, settings, length, processes
            )
            if resume is not None:
                checkpoints.load_weights(model, resume.weights)
                training.restore(resume.state)
                self.log(f"going on from step {training.step} ({phase.name})")
            training.take_over()
            self._follow(training, phase.name, later, measured, progress)
        if phase.name == _LENGTH and training.best.step:
            measured["length"] = [training.best.step, training.schedule.planned]
            self.log(f"{training.best.step} steps are best, of {training.step} tried")
        self.training = training
        return model

    def _shared(
        self,
        phase: _Phase,
        settings: TrainingConfig,
        length: Length | None,
        learns: bool,
        resume: files.Resume | None,
    ) -> AbstractContextManager[Processes]:
        """Share a training with as many processes as were asked for; the others begin with it."""
        if self.processes == 1 or not learns:
            return nullcontext(Processes())
        corpus = self.material.corpus
        shared = Shared(
            self.config.model,
            corpus.vocabulary.vectors.shape if corpus else (),
            corpus.longest if corpus else 0,
            self.examples.known(),
            phase.trained,
            settings,
            length,
            self.resume_file if resume else None,
            self.processes,
            self.device.type == "cuda",
        )
        return with_others(shared)

    def _follow(
        self,
        training: Training,
        phase: str,
        later: int,
        measured: dict[str, Any],
        progress: Progress,
    ) -> None:
        """Run the training, keeping metrics, pictures and checkpoints as it goes."""
        saved, saving, drawn = time.monotonic(), 0.0, 0
        first, earlier_s, steps = training.step, training.seconds, training.schedule.steps
        if first >= _TIMED:
            self.step_s = training.seconds / first
        file = files.MetricsFile(self.db, self.run.id, phase, first)

        def say() -> None:
            left = None
            if training.step - first >= _TIMED:
                self.step_s = (training.seconds - earlier_s) / (training.step - first)
            if self.step_s is not None:
                best = training.best.step if phase == _LENGTH else 0
                left = self.step_s * (steps - training.step + later * (best or steps))
            # Without a time of its own a fraction above zero would be taken for a pace
            done = 0.0 if left is None else training.step / steps
            progress(done, f"Training ({phase}), step {training.step} of {steps}", left)

        def after_step() -> None:
            nonlocal saved, saving
            say()
            wait = max(self.config.training.checkpoint_every_s, _SAVING_SHARE * saving)
            if time.monotonic() - saved >= max(saving, min(wait, _LONGEST_UNSAVED_S)):
                began = time.monotonic()
                self._save(training, phase, measured)
                saved = time.monotonic()
                saving = saved - began

        say()
        for metrics in training.run(after_step):
            file.add(asdict(metrics))
            error_train = files.said(metrics.error_train)
            self.log(f"{phase} step {metrics.step}: {error_train} ({PIXEL_ERROR}, sampled)")
            if metrics.step * 8 // steps > drawn:
                drawn = metrics.step * 8 // steps
                files.draw_reconstructions(self.folder, sum(measured["over"].values()), training)
        if training.step > first:
            self._save(training, phase, measured)

    def _save(self, training: Training, phase: str, measured: dict[str, Any]) -> None:
        notes = {
            "phase": phase,
            "measured": measured,
            "config": self.config.to_json(),
            "data_hash": self.material.data_hash,
        }
        checkpoints.save_training(self.resume_file, training.model, training.state(), notes)
        self.publish_lines()

    def publish_lines(self) -> None:
        """Let others see what was written line by line."""
        publish(self.log.path, results.metrics_file(self.db, self.run.id))

    def _finish(self, model: FrameModel, measured: dict[str, Any], began: float) -> None:
        told = self.progress
        told(0.8, "Measuring the frames")
        everything = np.arange(len(self.examples))
        held = self.material.held[self.examples.rows]
        trained = np.flatnonzero(~held) if self._keeps_first() else everything
        measured_on = enough(model, trained)
        error_train = error(model, self.examples, measured_on)
        words = self.material.corpus.vocabulary.words if self.material.corpus else ()
        checkpoints.save_model(self.folder / "checkpoint", model, self.config, words)
        latents = files.write_latents(
            self.db,
            self.run.id,
            model,
            self.material.everywhere,
            self.examples,
            self.material.names,
            told.part(0.8, 0.83),
        )
        training = self.training
        told(0.83, "Measuring PCA on the same frames, and what is decoded")
        active = training_report.active_by_block(
            latents, model.prior_std.cpu().numpy(), self.config.model.blocks
        )
        described = {
            "unit": PIXEL_ERROR,
            "device": files.device_name(self.device, training.processes.size),
            "parameters": self.config.model.parameters(),
            "active_units": sum(active.values()),
            "active_by_block": active,
            "held_out_frames": int(self.material.held.sum()),
            "measured_frames": len(measured_on) if len(measured_on) < len(trained) else None,
            "pca": training_report.pca_errors(
                self.config, self.examples, self.material.held, measured.get("error") is not None
            ),
            "seed": self.config.training.seed,
            "epochs": training.schedule.epochs(training.step),
            "steps": training.step,
            "processes": training.processes.size,
            "batch_size": self.config.training.batch_size,
            "published": None if self._keeps_first() else training.published_figures(),
            "data_hash": self.material.data_hash,
            **training_report.report(
                model, self.examples, measured_on, measured, self.material.corpus
            ),
        }
        files.write_decoded(self.db, self.run, told.part(0.85, 0.9))
        write_json(self.folder / "report.json", described)
        runs.update(
            self.db,
            self.run.id,
            frames=len(self.material.frames),
            latent_size=self.config.model.latent_size,
            error_train=error_train,
            error_held_out=measured.get("error"),
            device=described["device"],
        )
        standard(self.db, self.run.id, told.part(0.9, 1.0))
        remove(self.resume_file)
        took = files.total_seconds(self.db, self.run.id, time.monotonic() - began)
        runs.update(self.db, self.run.id, state="done", seconds=took, finished_at=time.time())
        self.log(f"done in {took:.0f} s: training error {files.said(error_train)} ({PIXEL_ERROR})")
        self.publish_lines()

    def _keeps_first(self) -> bool:
        return keeps_first(self.config.training, len(self.examples))
