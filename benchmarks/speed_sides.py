"""The two trainings that benchmarks/speed.py compares, each in a process that waits for its turns.

A process of its own each: how ours has the C library keep freed memory must not help the other.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from benchmarks.reference_loop import Captions, PlainLoop, PublishedConfig, read_picture
from core.config import TrainingConfig
from core.machine import usable_cores
from core.training.dataset import Examples, Frames
from core.training.memory import keep_freed_memory
from core.training.trainer import Training
from models.config import CrvaeConfig
from models.factory import build
from models.interface import WordModel

REFERENCE, OURS = "reference", "ours"
_REPORTS = 20  # about as many times our training reports, and so can hand over
_WORDS = 600  # of the vocabulary; a step's work does not depend on them


@dataclass(frozen=True)
class Setup:
    """What both sides train; `training` is the published one."""

    config: PublishedConfig
    training: TrainingConfig
    pictures: tuple[Path, ...]
    tokens: int  # of each caption; 0 for a model without words
    block: int  # steps of a turn
    device: str


class Turn(NamedTuple):
    """One block of steps, and the most memory the side has held so far, in bytes."""

    steps: int
    seconds: float
    peak_bytes: int

    @property
    def seconds_per_step(self) -> float:
        return self.seconds / self.steps


def serve(side: str, setup: Setup, pipe: Connection) -> None:
    """Take a turn for each True received and send it back; end at False or a closed pipe."""
    torch.set_num_threads(usable_cores())
    torch.manual_seed(0)
    device = torch.device(setup.device)
    turns = _ours(setup, device) if side == OURS else _reference(setup, device)
    try:
        while pipe.recv():
            began = time.perf_counter()
            steps = next(turns)
            if device.type == "cuda":
                torch.cuda.synchronize()
            pipe.send(Turn(steps, time.perf_counter() - began, _peak_bytes(device)))
    except EOFError:
        return  # the parent is gone


def _reference(setup: Setup, device: torch.device) -> Iterator[int]:
    """Each `next` takes a block of steps and says how many."""
    said = _captions(setup)
    loop = PlainLoop(setup.config, setup.pictures, said, setup.training.batch_size, device)
    while True:
        for _ in range(setup.block):
            loop.step()
        yield setup.block


def _ours(setup: Setup, device: torch.device) -> Iterator[int]:
    """As core.pipeline.training.train has it, without its files."""
    keep_freed_memory()
    size = (setup.config.width, setup.config.height)
    frames = Frames([np.stack([read_picture(path, *size) for path in setup.pictures])], device)
    model, said = build(setup.config), _captions(setup)
    if isinstance(model, WordModel) and said is not None:
        model.use_words(said.vectors, setup.tokens)
    examples = Examples(frames, words=None if said is None else said.words.numpy())
    everything, nothing = np.arange(len(examples)), np.arange(0)
    training = Training(
        model.to(device), examples, everything, nothing, _long_enough(setup, len(examples))
    )
    before = 0
    for report in training.run():
        yield report.step - before
        before = report.step


def _long_enough(setup: Setup, examples: int) -> TrainingConfig:
    """A training that reports after every block, about 20 times before its last epoch.

    The last epoch is left out: what is measured there for the published tables is no training.
    """
    per_epoch = max(1, examples // setup.training.batch_size)
    epochs = -(-_REPORTS * setup.block // per_epoch) + 1
    return replace(setup.training, epochs=epochs, held_out="none")


def _captions(setup: Setup) -> Captions | None:
    """Drawn words, one caption a picture, all of full length; None for a model without words."""
    if not isinstance(setup.config, CrvaeConfig):
        return None
    generator = torch.Generator().manual_seed(0)
    vectors = torch.randn(_WORDS, setup.config.word_size, generator=generator)
    vectors[0] = 0
    shape = (len(setup.pictures), setup.tokens)
    return Captions(torch.randint(1, _WORDS, shape, generator=generator), vectors)


def _peak_bytes(device: torch.device) -> int:
    """Of the GPU, or of this process alone: ru_maxrss also counts what its parent held."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
