"""The training loop: a generator of reports. It knows tensors and time, no files and no screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.config import TrainingConfig
from core.training.dataset import Frames
from core.training.measures import error, evenly
from models.interface import FrameModel
from models.losses import Objective, negative_elbo
from models.views import random_views

_REPORTS = 20  # over a whole training
_WATCHED = 64  # held-out frames measured at each report; the last measure takes all
_WARM_UP = 20  # steps until the full learning rate; KL's weight rises with it


@dataclass(frozen=True)
class Report:
    """Where a training stands. Errors are in 255 x MSE; None where there is nothing to measure."""

    step: int
    steps: int
    epoch: float
    seconds: float
    error_train: float | None  # sampled latents, mean over the steps since the last report
    error_held_out: float | None  # posterior mean, on at most 64 held-out frames
    reconstruction: float  # nats per picture
    kl: float  # nats per picture
    learning_rate: float


class Training:
    """One model being trained on some rows; `run` may be left and taken up again at any step."""

    def __init__(
        self,
        model: FrameModel,
        frames: Frames,
        rows: np.ndarray,
        held_out: np.ndarray,
        config: TrainingConfig,
    ) -> None:
        """`rows` (N,) are trained on, `held_out` (M,) only measured; both index `frames`."""
        self.model, self.frames, self.config = model, frames, config
        self.rows, self.held_out = rows, evenly(held_out, _WATCHED)
        self.step = 0
        self.seconds = 0.0
        self.noise_variance = torch.tensor(0.01, device=frames.device)
        learned = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = (
            torch.optim.AdamW(learned, lr=config.learning_rate, weight_decay=0.0, fused=True)
            if learned
            else None
        )

    def run(self) -> Iterator[Report]:
        """Train to the end of the schedule; yields about 20 reports, the last one at the end.

        A model that has nothing to learn yields none.
        """
        if self.optimizer is None:
            return
        every = max(1, self.config.steps // _REPORTS)
        began, earlier = time.monotonic(), self.seconds
        errors: list[Tensor] = []
        while self.step < self.config.steps:
            objective, own_error = self._advance(self.optimizer)
            errors.append(own_error)
            if self.step % every == 0 or self.step == self.config.steps:
                self.seconds = earlier + time.monotonic() - began
                yield self._report(objective, errors)
                errors.clear()

    def state(self) -> dict[str, Any]:
        """What has to be kept, beside the model's weights, to go on from here exactly."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "noise_variance": float(self.noise_variance),
            "optimizer": self.optimizer.state_dict() if self.optimizer else None,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`, which another Training of the same model and config gave."""
        self.step, self.seconds = state["step"], state["seconds"]
        self.noise_variance.fill_(state["noise_variance"])
        if self.optimizer is not None and state["optimizer"] is not None:
            self.optimizer.load_state_dict(state["optimizer"])

    def _advance(self, optimizer: torch.optim.Optimizer) -> tuple[Objective, Tensor]:
        """One step; its objective, and the mean squared error of the frames without the views.

        The batch and the noise depend on the seed and the step alone.
        """
        self.model.train()
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + self.step)
        own = self.frames.batch(self._batch_rows())
        views = random_views(own[: int(self.model.config.views * len(own))], generator)
        batch = torch.cat([views, own[len(views) :]])
        for group in optimizer.param_groups:
            group["lr"] = self._learning_rate()
        posterior = self.model.encode(batch)
        decoded = self.model.decode(posterior.sample(generator))
        objective = negative_elbo(
            batch,
            decoded,
            posterior,
            self.model.prior_std,
            self.noise_variance,
            self.model.config.beta * min(1.0, (self.step + 1) / _WARM_UP),
        )
        optimizer.zero_grad(set_to_none=True)
        objective.total.backward()
        optimizer.step()
        self.noise_variance.lerp_(objective.mse.detach().clamp_min(1e-6), 0.05)
        self.step += 1
        shown = slice(len(views) if len(views) < len(batch) else 0, None)
        return objective, (decoded[shown] - batch[shown]).detach().square().mean()

    def _batch_rows(self) -> np.ndarray:
        """The rows of this step's batch: each epoch is one permutation of all rows."""
        size = min(self.config.batch_size, len(self.rows))
        per_epoch = len(self.rows) // size
        epoch, place = divmod(self.step, per_epoch)
        order = np.random.default_rng([self.config.seed, epoch]).permutation(self.rows)
        return order[place * size : (place + 1) * size]

    def _learning_rate(self) -> float:
        """Linear warm-up, then linear decay to zero."""
        warm = min(1.0, (self.step + 1) / _WARM_UP)
        return self.config.learning_rate * warm * (1 - self.step / self.config.steps)

    def _report(self, objective: Objective, errors: list[Tensor]) -> Report:
        size = min(self.config.batch_size, len(self.rows))
        return Report(
            step=self.step,
            steps=self.config.steps,
            epoch=self.step * size / len(self.rows),
            seconds=self.seconds,
            error_train=255.0 * float(torch.stack(errors).mean()),
            error_held_out=error(self.model, self.frames, self.held_out),
            reconstruction=objective.reconstruction.item(),
            kl=objective.kl.item(),
            learning_rate=self._learning_rate(),
        )
