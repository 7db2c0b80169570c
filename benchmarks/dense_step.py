"""dense-cvae's step on the CPU over its memory floor, beside that with torch's own layers.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/dense_step.py

Published sizes and batch. One training takes both kinds of steps in turns, so a busy machine slows
both alike. Times are wall clock, and the processor's own, which is less than the wall clock's on
a machine that others use. docs/speed.md says what the floor is.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.speed import BYTES_PER_PARAMETER, SMALL, bandwidth
from core.config import preset
from core.machine import threads
from core.training.dataset import Examples, Frames
from core.training.memory import keep_freed_memory
from core.training.trainer import Training
from models.factory import build
from models.published.blocks import Dense

_OURS = Dense.forward


class Took(NamedTuple):
    """Seconds of one step."""

    wall: float
    processor: float  # of all threads


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for each kind of step. `words` is the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="steps of each kind")
    parser.add_argument("--small", action="store_true", help="a tiny model, to see that it runs")
    given = parser.parse_args(words)
    torch.set_num_threads(threads())
    keep_freed_memory()
    training = _training(given.small)
    kinds = {"nn.Linear": nn.Linear.forward, "Dense": _OURS}
    steps: dict[str, list[Took]] = {name: [] for name in kinds}
    speeds = []
    try:
        for n in range(given.rounds + 1):
            for name in list(kinds)[:: 1 if n % 2 else -1]:
                Dense.forward = kinds[name]  # type: ignore[method-assign]
                steps[name].append(_step(training))
            speeds.append(bandwidth(torch.device("cpu")))
    finally:
        Dense.forward = _OURS  # type: ignore[method-assign]
    floor = BYTES_PER_PARAMETER * training.model.config.parameters() / max(speeds)
    print(
        f"{threads()} threads; copies move {max(speeds) / 1e9:.1f} GB/s, the floor is {floor:.3f} s"
    )
    print("\n| dense layers | wall s | least | processor s | wall / floor | least / floor |")
    print("|---|---|---|---|---|---|")
    for name, (_, *took) in steps.items():  # the first step warms up
        wall, least = (f([one.wall for one in took]) for f in (statistics.median, min))
        processor = statistics.median(one.processor for one in took)
        print(
            f"| {name} | {wall:.3f} | {least:.3f} | {processor:.3f} | {wall / floor:.2f} | "
            f"{least / floor:.2f} |"
        )


def _training(small: bool) -> Training:
    published = preset("dense-cvae", "paper")
    config = SMALL["dense-cvae"] if small else published.model
    torch.manual_seed(0)
    drawn = np.random.default_rng(0).integers(
        0, 256, (96, config.height, config.width, 3), np.uint8
    )
    examples = Examples(Frames([drawn], torch.device("cpu")))
    everything, nothing = np.arange(len(examples)), np.arange(0)
    return Training(build(config), examples, everything, nothing, published.training)


def _step(training: Training) -> Took:
    optimizer = training.optimizer
    assert optimizer is not None
    wall, processor = time.perf_counter(), time.process_time()
    training._advance(optimizer)
    return Took(time.perf_counter() - wall, time.process_time() - processor)


if __name__ == "__main__":
    main()
