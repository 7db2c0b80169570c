"""How long a training lasts, which examples each step takes, and how fast it learns. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.config import RunConfig, TrainingConfig
from core.errors import InvalidSetting
from models.config import PcaConfig

_WARM_UP = 20  # steps until the full learning rate; KL's weight rises with it
_FEWEST_EPOCHS = 8  # where the config counts steps: no fewer passes than this, but
_MANY = 100_000  # of more examples, as many steps as of these; nor is all trained on once more


def keeps_first(config: TrainingConfig, examples: int) -> bool:
    """Whether the model that held-out frames were measured with is kept, and no other trained.

    So it is asked for, or there are more than 100,000 examples and the config counts steps: what
    the held-out fifth of them would add is little, and takes as long again.
    """
    many = examples > _MANY and not config.epochs
    return config.held_out == "keep" or (config.held_out == "refit" and many)


def check_processes(config: RunConfig, processes: int) -> None:
    """Raises InvalidSetting where a training's batches cannot be shared among so many processes."""
    if isinstance(config.model, PcaConfig) and processes != 1:
        raise InvalidSetting("PCA is computed, not trained in steps; leave out the processes.")
    most = config.training.batch_size
    if not 1 <= processes <= most:
        raise InvalidSetting(
            f"A batch of {most} can be shared among 1 to {most} processes; {processes} were asked "
            "for."
        )


class Length(NamedTuple):
    """The first `end` steps of a schedule that was planned for `planned`."""

    end: int
    planned: int


class Schedule:
    """The plan of one training of `examples` examples; a pure function of config and step.

    A `length` stands for what the config says of it: to train as long as another training, along
    the same learning rates.
    """

    def __init__(self, config: TrainingConfig, examples: int, length: Length | None = None) -> None:
        self._config, self._examples = config, examples
        self._size = min(config.batch_size, examples)
        self._epoch, self._order = -1, np.arange(examples)
        whole = examples // self._size
        if config.epochs:
            # The last batch of an epoch may be smaller, but not one example: batch normalisation
            # needs two, so a single one joins the batch before it.
            self.per_epoch = whole + (examples - whole * self._size > 1)
            steps = config.epochs * self.per_epoch
        else:
            self.per_epoch = whole
            shown = _FEWEST_EPOCHS * min(examples, _MANY)
            steps = max(config.steps, shown // config.batch_size)
        self.steps, self.planned = length or Length(steps, steps)

    def rows(self, step: int) -> np.ndarray:
        """Which of the examples step `step` (from 0) takes; each epoch takes each once.

        Where the config counts steps, what does not fill a batch waits for another epoch.
        """
        epoch, place = divmod(step, self.per_epoch)
        if epoch != self._epoch and self._config.shuffle:
            self._order = np.random.default_rng([self._config.seed, epoch]).permutation(
                self._examples
            )
        self._epoch = epoch
        start, end = place * self._size, (place + 1) * self._size
        if self._config.epochs and place == self.per_epoch - 1:
            end = self._examples
        return self._order[start:end]

    def learning_rate(self, step: int) -> float:
        """Constant, or a linear warm-up and then a linear decay to zero at the planned end."""
        if self._config.schedule == "constant":
            return self._config.learning_rate
        return self._config.learning_rate * self.warm_up(step) * (1 - step / self.planned)

    def warm_up(self, step: int) -> float:
        """The share of the KL's weight, 0 to 1."""
        return min(1.0, (step + 1) / _WARM_UP)

    def epochs(self, step: int) -> float:
        """How many passes `step` steps are."""
        return step / self.per_epoch

    def in_last_epoch(self, step: int) -> bool:
        """Whether step `step` is of the last whole epoch, where the published figures are taken."""
        return step >= self.steps - self.per_epoch
