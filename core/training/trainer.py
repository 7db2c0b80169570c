"""The training loop: a generator of reports. It knows tensors and time, no files and no screen."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.config import TrainingConfig
from core.training.dataset import Batch, Examples
from core.training.measures import error, evenly
from core.training.schedule import Schedule
from models.augment import random_views
from models.interface import FrameModel, WordModel
from models.latent import DiagonalGaussian
from models.losses import Distortion, Objective, negative_elbo, published
from models.units import BATCH_SUM, PIXEL_ERROR

_REPORTS = 20  # over a whole training
_PUBLISHED_BATCH = 16  # examples, of the second report
_WATCHED = 64  # held-out examples measured at each report; the last measure takes all


@dataclass(frozen=True)
class Report:
    """Where a training stands. Errors are in 255 x MSE; None where there is nothing to measure."""

    step: int
    steps: int
    epoch: float
    seconds: float
    error_train: float | None  # sampled latents, mean over the steps since the last report
    error_held_out: float | None  # posterior mean, on at most 64 held-out examples
    text: float | None  # mean squared error of word vectors, likewise sampled
    reconstruction: float  # nats per picture; the bare distortion in the published objective
    kl: float  # nats per picture
    learning_rate: float


class LastEpoch(NamedTuple):
    """Sums over the batches of the last epoch so far, of mean squared errors."""

    image: float
    text: float
    total: float
    batches: int


class Best(NamedTuple):
    """The lowest held-out error that a report said, and after how many steps; 0 before any."""

    error: float
    step: int


class Step(NamedTuple):
    """What is kept of a step until the next report; tensors, so that no step waits for a GPU."""

    reconstruction: Tensor
    kl: Tensor
    image: Tensor
    text: Tensor | None


class Training:
    """One model being trained on some examples; may be left and taken up again at any step."""

    def __init__(
        self,
        model: FrameModel,
        examples: Examples,
        rows: np.ndarray,
        held_out: np.ndarray,
        config: TrainingConfig,
    ) -> None:
        """`rows` (N,) are trained on, `held_out` (M,) only measured; both index `examples`."""
        # Frames lie channels last in memory; convolutions are faster where weights do too.
        self.model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.examples, self.config = examples, config
        self.rows, self.held_out = rows, evenly(held_out, _WATCHED)
        self.schedule = Schedule(config, len(rows))
        self.step = 0
        self.seconds = 0.0
        self.last_epoch = LastEpoch(0.0, 0.0, 0.0, 0)
        self.best = Best(math.inf, 0)
        self.noise_variance = torch.tensor(0.01, device=examples.device)
        learned = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = (
            torch.optim.Adam(learned, lr=config.learning_rate, fused=True) if learned else None
        )

    def run(self) -> Iterator[Report]:
        """Train to the end of the schedule; yields about 20 reports, the last one at the end.

        It ends sooner when the held-out error has not fallen for `patience` reports. A model that
        has nothing to learn yields none.
        """
        if self.optimizer is None:
            return
        every = self._every
        began, earlier = time.monotonic(), self.seconds
        done: list[Step] = []
        while self.step < self.schedule.steps and not self.stopped_early:
            done.append(self._advance(self.optimizer))
            if self.step % every == 0 or self.step == self.schedule.steps:
                self.seconds = earlier + time.monotonic() - began
                yield self._report(done)
                done.clear()

    @property
    def stopped_early(self) -> bool:
        """Whether the last `patience` reports have brought nothing."""
        waited = (self.step - self.best.step) // self._every if self.best.step else 0
        return 0 < self.config.patience <= waited

    def state(self) -> dict[str, Any]:
        """What has to be kept, beside the model's weights, to go on from here exactly."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "noise_variance": float(self.noise_variance),
            "last_epoch": list(self.last_epoch),
            "best": list(self.best) if self.best.step else None,
            "optimizer": self.optimizer.state_dict() if self.optimizer else None,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`, which another Training of the same model and config gave."""
        self.step, self.seconds = state["step"], state["seconds"]
        self.noise_variance.fill_(state["noise_variance"])
        self.last_epoch = LastEpoch(*state["last_epoch"])
        self.best = Best(*state["best"]) if state.get("best") else Best(math.inf, 0)
        if self.optimizer is not None and state["optimizer"] is not None:
            self.optimizer.load_state_dict(state["optimizer"])
            for parameter, kept in self.optimizer.state.items():
                for name, value in kept.items():
                    if value.shape == parameter.shape:  # laid out alike, as the fused step needs
                        kept[name] = torch.empty_like(parameter.detach()).copy_(value)

    def published_figures(self) -> dict[str, Any] | None:
        """The last epoch's errors in the published unit and way; None before it is over.

        Pictures alone: 255 x MSE with sampled latents, on each batch right after its update, the
        mean over the epoch (first report, Table 1). Pictures and words: the sum over the epoch's
        batches of 16 of each batch's MSE as it was minimised (second report, Table 1); batches of
        another size count as so many of 16 as the epoch would have.
        """
        taken = self.last_epoch
        if taken.batches != self.schedule.per_epoch:
            return None
        if not self._learns_words:
            image = 255.0 * taken.image / taken.batches
            return {"unit": PIXEL_ERROR, "image": image, "text": None, "total": image}
        batches = math.ceil(len(self.rows) / _PUBLISHED_BATCH) / taken.batches
        return {
            "unit": BATCH_SUM,
            "image": taken.image * batches,
            "text": taken.text * batches,
            "total": taken.total * batches,
        }

    @property
    def _every(self) -> int:
        """Steps from report to report."""
        return max(1, self.schedule.steps // _REPORTS)

    @property
    def _learns_words(self) -> bool:
        """Whether words are minimised beside pictures; those of `affinity` are computed."""
        return isinstance(self.model, WordModel) and self.model.reads_ahead

    def _advance(self, optimizer: torch.optim.Optimizer) -> Step:
        """One step. Its batch and noise depend on the seed and the step alone."""
        self.model.train()
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + self.step)
        batch = self.examples.batch(self.rows[self.schedule.rows(self.step)])
        views = random_views(batch.frames[: int(self.model.views * len(batch.frames))], generator)
        if len(views):
            batch = _with_views(batch, views)
        for group in optimizer.param_groups:
            group["lr"] = self.schedule.learning_rate(self.step)
        posterior, decoded, missed = self._reconstruct(batch, generator)
        objective = self._objective(missed, posterior, batch)
        optimizer.zero_grad(set_to_none=True)
        objective.total.backward()
        optimizer.step()
        self.noise_variance.lerp_(missed.total.detach().clamp_min(1e-6), 0.05)
        if self.schedule.in_last_epoch(self.step):
            self._take(batch, missed, generator)
        self.step += 1
        return Step(
            objective.reconstruction.detach(),
            objective.kl.detach(),
            self._own_error(batch, decoded, len(views)),
            None if missed.text is None else missed.text.detach(),
        )

    def _reconstruct(
        self, batch: Batch, generator: torch.Generator
    ) -> tuple[DiagonalGaussian, Tensor, Distortion]:
        """Posterior, pictures decoded from a sample of it, and how far off those are."""
        half = self.config.mixed_precision and self.examples.device.type == "cuda"
        with torch.autocast(self.examples.device.type, torch.bfloat16, enabled=half):
            posterior = self.model.encode(*batch)
            latents = posterior.sample(generator)
            decoded, missed = self.model.reconstruct(latents, batch.frames, batch.words)
        return posterior, decoded, missed

    def _objective(
        self, missed: Distortion, posterior: DiagonalGaussian, batch: Batch
    ) -> Objective:
        config, prior = self.model.config, self.model.prior_std
        if config.beta == 0:
            return published(missed, posterior, prior)
        beta = config.beta * self.schedule.warm_up(self.step)
        values = batch.frames[0].numel()
        return negative_elbo(
            missed, values, posterior, prior, self.noise_variance, beta, config.free_bits
        )

    @torch.no_grad()
    def _take(self, batch: Batch, missed: Distortion, generator: torch.Generator) -> None:
        """Add this batch to the last epoch's figures, as published."""
        if not self._learns_words:
            missed = self._reconstruct(batch, generator)[2]  # once more, after the update
        text = 0.0 if missed.text is None else float(missed.text)
        image, total = float(missed.image), float(missed.total)
        taken = self.last_epoch
        self.last_epoch = LastEpoch(
            taken.image + image, taken.text + text, taken.total + total, taken.batches + 1
        )

    def _own_error(self, batch: Batch, decoded: Tensor, views: int) -> Tensor:
        """The mean squared error of the frames without the views."""
        shown = slice(views if views < len(decoded) else 0, None)
        return (decoded[shown] - batch.frames[shown]).detach().square().mean()

    def _report(self, done: list[Step]) -> Report:
        texts = [step.text for step in done if step.text is not None]
        last = done[-1]
        held_out = error(self.model, self.examples, self.held_out)
        if held_out is not None and held_out < self.best.error:
            self.best = Best(held_out, self.step)
        return Report(
            step=self.step,
            steps=self.schedule.steps,
            epoch=self.schedule.epochs(self.step),
            seconds=self.seconds,
            error_train=255.0 * float(torch.stack([step.image for step in done]).mean()),
            error_held_out=held_out,
            text=float(torch.stack(texts).mean()) if texts else None,
            reconstruction=last.reconstruction.item(),
            kl=last.kl.item(),
            learning_rate=self.schedule.learning_rate(self.step),
        )


def _with_views(batch: Batch, views: Tensor) -> Batch:
    """The batch with its first frames replaced by views; nothing is known beside those."""
    frames = torch.cat([views, batch.frames[len(views) :]])
    beside = [None if part is None else part.clone() for part in batch[1:]]
    for part in beside:
        if part is not None:
            part[: len(views)] = 0
    return Batch(frames, *beside)
