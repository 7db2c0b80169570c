"""The training loop: a generator of metrics. It knows tensors and time, no files, no screen."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.config import TrainingConfig
from core.training.dataset import Batch, Examples, onto
from core.training.measures import error, subsample
from core.training.schedule import Length, Schedule
from core.training.together import Part, Processes
from models.augment import draw_crops, random_crops
from models.interface import FrameModel, WordModel
from models.latent import DiagonalGaussian
from models.losses import Distortion, Objective, calibrated, negative_elbo, published
from models.units import BATCH_SUM, PIXEL_ERROR

_MEASURED = 20  # times over a whole training
_PUBLISHED_BATCH = 16  # examples, of the second report
_WATCHED = 64  # held-out examples measured each time; the last measure takes all


@dataclass(frozen=True)
class Metrics:
    """Where a training stands. Errors are in 255 x MSE; None where there is nothing to measure.

    Figures of the training are means over the steps since the last metrics, with sampled latents.
    """

    step: int
    steps: int
    epoch: float
    seconds: float
    error_train: float | None
    error_held_out: float | None  # posterior mean, on at most 64 held-out examples
    text: float | None  # mean squared error of word vectors
    reconstruction: float | None  # nats per picture; None in the published objective
    kl: float  # nats per picture, of the dimensions that it is decoded from
    elbo: float | None  # nats per picture: -(reconstruction + kl), a bound on log p(x)
    learning_rate: float


class LastEpoch(NamedTuple):
    """Sums over the batches of the last epoch so far, of mean squared errors."""

    image: float
    text: float
    total: float
    batches: int


class Best(NamedTuple):
    """The lowest held-out error of all metrics, and after how many steps; 0 before any."""

    error: float
    step: int


class Step(NamedTuple):
    """What is kept of a step until the next metrics; tensors, so that no step waits for a GPU."""

    reconstruction: Tensor | None
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
        length: Length | None = None,
        processes: Processes | None = None,
    ) -> None:
        """`rows` (N,) are trained on, `held_out` (M,) only measured; both index `examples`.

        `length` as Schedule takes it. Of several `processes` each has such a training, and only the
        first has to know `held_out`.
        """
        # Frames lie channels last in memory; convolutions are faster where weights do too.
        self.model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.examples, self.config = examples, config
        self.rows, self.held_out = rows, subsample(held_out, _WATCHED)
        self.schedule = Schedule(config, len(rows), length)
        self.step = 0
        self.seconds = 0.0
        self._sums = torch.zeros(3, dtype=torch.float64, device=examples.device)  # of LastEpoch
        self._summed = 0  # batches
        self.best = Best(math.inf, 0)
        self.noise_variance = torch.tensor(0.01, device=examples.device)
        learned = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = (
            torch.optim.Adam(learned, lr=config.learning_rate, fused=True) if learned else None
        )
        self.processes = processes or Processes()
        self.processes.sum_gradients(learned)
        if self.processes.size > 1:
            model.normalise_over(self.processes.mean)

    def run(self, after_step: Callable[[], None] = lambda: None) -> Iterator[Metrics]:
        """Train to the end of the schedule; yields about 20 metrics, the last ones at the end.

        It ends sooner when the held-out error has not fallen for `patience` metrics. A model that
        has nothing to learn yields none. `after_step` is called after each step, when `step`,
        `seconds` and `state()` are of that moment.
        """
        if self.optimizer is None:
            return
        every = self._every
        began, earlier = time.monotonic(), self.seconds
        done: list[Step] = []
        while self.step < self.schedule.steps and not self.stopped_early:
            done.append(self._advance(self.optimizer))
            self.seconds = earlier + time.monotonic() - began
            if self.step % every == 0 or self.step == self.schedule.steps:
                yield self._metrics(done)
                done.clear()
            after_step()

    @property
    def stopped_early(self) -> bool:
        """Whether the last `patience` metrics have brought nothing."""
        waited = (self.step - self.best.step) // self._every if self.best.step else 0
        return 0 < self.config.patience <= waited

    def state(self) -> dict[str, Any]:
        """What has to be kept, beside the model's weights, to go on from here exactly."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "noise_variance": float(self.noise_variance),
            "last_epoch": [*self._sums.tolist(), self._summed],
            "best": list(self.best) if self.best.step else None,
            "optimizer": self.optimizer.state_dict() if self.optimizer else None,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`, which another Training of the same model and config gave."""
        self.step, self.seconds = state["step"], state["seconds"]
        self.noise_variance.fill_(state["noise_variance"])
        *sums, self._summed = state["last_epoch"]
        self._sums.copy_(torch.tensor(sums, dtype=torch.float64))
        self.best = Best(*state["best"]) if state.get("best") else Best(math.inf, 0)
        if self.optimizer is not None and state["optimizer"] is not None:
            self.optimizer.load_state_dict(state["optimizer"])
            for parameter, kept in self.optimizer.state.items():
                for name, value in kept.items():
                    if value.shape == parameter.shape:  # laid out alike, as the fused step needs
                        kept[name] = torch.empty_like(parameter.detach()).copy_(value)

    def take_over(self) -> None:
        """Take the weights of the first of several processes; all of them call this together."""
        self.processes.take_over(self.model.state_dict().values())

    def published_figures(self) -> dict[str, Any] | None:
        """The last epoch's errors in the published unit and way; None before it is over.

        Pictures alone: 255 x MSE with sampled latents, on each batch right after its update, the
        mean over the epoch (first report, Table 1). Pictures and words: the sum over the epoch's
        batches of 16 of each batch's MSE as it was minimised (second report, Table 1); batches of
        another size count as so many of 16 as the epoch would have.
        """
        image, text, total = self._sums.tolist()
        taken = LastEpoch(image, text, total, self._summed)
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
        """Steps from metrics to metrics."""
        return max(1, self.schedule.steps // _MEASURED)

    @property
    def _learns_words(self) -> bool:
        """Whether words are minimised beside pictures; those of `affinity` are computed."""
        return isinstance(self.model, WordModel) and self.model.reads_ahead

    def _advance(self, optimizer: torch.optim.Optimizer) -> Step:
        """One step. Its batch and noise depend on the seed and the step alone."""
        self.model.train()
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + self.step)
        numbers = self.rows[self.schedule.rows(self.step)]
        part = self.processes.take(len(numbers))
        batch = self.examples.batch(numbers[part.places])
        cut = int(self.model.crop_share * part.of)
        if cut:
            draw = draw_crops(cut, generator)[:, part.places[: part.first(cut)]]
            draw = onto(draw, self.examples.device)
            batch = _with_crops(batch, random_crops(batch.frames[: draw.shape[1]], draw))
        for group in optimizer.param_groups:
            group["lr"] = self.schedule.learning_rate(self.step)
        posterior, decoded, missed = self._reconstruct(batch, part, generator)
        objective = self._objective(missed, posterior, batch)
        optimizer.zero_grad(set_to_none=True)
        (objective.total / self.processes.size).backward()  # each process has the whole loss
        self.processes.wait()
        optimizer.step()
        likeliest = calibrated(missed, batch.frames[0].numel())
        self.noise_variance.lerp_(likeliest.clamp_min(1e-6), 0.05)
        if self.schedule.in_last_epoch(self.step):
            self._take(batch, part, missed, generator)
        self.step += 1
        return Step(
            None if objective.reconstruction is None else objective.reconstruction.detach(),
            objective.kl.detach(),
            self._own_error(batch, decoded, part, cut),
            None if missed.text is None else missed.text.detach(),
        )

    def _reconstruct(
        self, batch: Batch, part: Part, generator: torch.Generator
    ) -> tuple[DiagonalGaussian, Tensor, Distortion]:
        """Posterior, pictures decoded from a sample of it, and how far off all of the batch is."""
        device = self.examples.device
        half = self.config.mixed_precision and device.type == "cuda"
        with torch.autocast("cuda", torch.bfloat16) if half else nullcontext():
            posterior = self.model.encode(*batch).single()
            shape = (part.of, *posterior.mean.shape[1:])
            noise = torch.randn(shape, generator=generator)[part.places]
            latents = posterior.at(onto(noise, device))
            decoded, missed = self.model.reconstruct(latents, batch.frames, batch.words)
        return posterior, decoded, self._over_all(missed)

    def _over_all(self, missed: Distortion) -> Distortion:
        """What all of the batch is off by, of what this process's part of it is."""
        if self.processes.size == 1:
            return missed
        known = [missed.image, missed.total, *([] if missed.text is None else [missed.text])]
        image, total, *text = self.processes.mean(torch.stack(known)[None])
        return replace(missed, image=image, total=total, text=text[0] if text else None)

    def _objective(
        self, missed: Distortion, posterior: DiagonalGaussian, batch: Batch
    ) -> Objective:
        config, part = self.model.config, self.model.decoded_part
        prior = self.model.prior_std[part]
        posterior = DiagonalGaussian(posterior.mean[:, part], posterior.log_variance[:, part])
        if config.beta == 0:
            return published(missed, posterior, prior, self.processes.mean)
        beta = config.beta * self.schedule.warm_up(self.step)
        return negative_elbo(
            missed,
            batch.frames[0].numel(),
            posterior,
            prior,
            self.noise_variance,
            beta,
            config.free_bits,
            self.processes.mean,
        )

    @torch.no_grad()
    def _take(
        self, batch: Batch, part: Part, missed: Distortion, generator: torch.Generator
    ) -> None:
        """Add this batch to the last epoch's figures, as published."""
        if not self._learns_words:
            missed = self._reconstruct(batch, part, generator)[2]  # once more, after the update
        text = torch.zeros_like(missed.image) if missed.text is None else missed.text
        self._sums += torch.stack([missed.image, text, missed.total])
        self._summed += 1

    def _own_error(self, batch: Batch, decoded: Tensor, part: Part, cut: int) -> Tensor:
        """The mean squared error of the batch's frames without the first `cut`, the crops."""
        cut = cut if cut < part.of else 0
        shown = slice(part.first(cut), None)
        squares = (decoded[shown] - batch.frames[shown]).detach().square()
        return self.processes.total(squares.sum() / ((part.of - cut) * batch.frames[0].numel()))

    def _metrics(self, done: list[Step]) -> Metrics:
        held_out = self.processes.of_first(error(self.model, self.examples, self.held_out))
        if held_out is not None and held_out < self.best.error:
            self.best = Best(held_out, self.step)
        kl = torch.stack([step.kl for step in done]).mean().item()
        reconstruction = _mean_of_known([step.reconstruction for step in done])
        return Metrics(
            step=self.step,
            steps=self.schedule.steps,
            epoch=self.schedule.epochs(self.step),
            seconds=self.seconds,
            error_train=255.0 * torch.stack([step.image for step in done]).mean().item(),
            error_held_out=held_out,
            text=_mean_of_known([step.text for step in done]),
            reconstruction=reconstruction,
            kl=kl,
            elbo=None if reconstruction is None else -(reconstruction + kl),
            learning_rate=self.schedule.learning_rate(self.step),
        )


def _mean_of_known(values: list[Tensor | None]) -> float | None:
    """None where none is known."""
    known = [value for value in values if value is not None]
    return float(torch.stack(known).mean()) if known else None


def _with_crops(batch: Batch, crops: Tensor) -> Batch:
    """The batch with its first frames replaced by crops; nothing is known beside those."""
    frames = torch.cat([crops, batch.frames[len(crops) :]])
    beside = [None if part is None else part.clone() for part in batch[1:]]
    for part in beside:
        if part is not None:
            part[: len(crops)] = 0
    return Batch(frames, *beside)
