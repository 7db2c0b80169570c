"""Steps per second of our training beside the published loop, in turns, as ratios.

    python benchmarks/speed.py                          # crvae at 10 and 35 tokens, on the CPU
    python benchmarks/speed.py --model dense-cvae --steps 2
    python benchmarks/speed.py --model dense-cvae --model crvae --device cuda

Published sizes, batches and objective. The two sides take turns of a few steps, so a busy machine
slows both alike; the ratio is the median of the rounds' ratios. docs/speed.md has the method.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.jpeg_pictures import chosen, drawn
from benchmarks.reference_loop import PublishedConfig
from benchmarks.speed_sides import OURS, REFERENCE, Setup, Turn, serve
from core.config import preset
from core.machine import usable_cores
from models.config import CrvaeConfig, DenseCvaeConfig, PureCvaeConfig

SMALL: dict[str, PublishedConfig] = {
    "pure-cvae": PureCvaeConfig(40, 24, latent_size=6, channels=4),
    "dense-cvae": DenseCvaeConfig(40, 24, latent_size=6, channels=4, first_dense=24),
    "crvae": CrvaeConfig(40, 24, latent_size=6, channels=4, dense=20, hidden=8, word_size=12),
}
# What a float32 training step with a fused Adam cannot avoid moving, per weight of a dense layer:
#   forward     weight read                                                          4 bytes
#   backward    weight read for the gradient of its input, its own gradient written  8
#   Adam        gradient, weight and two moments read; weight and two moments written 16 + 12
# Activations are left out: of 16 pictures they are about a tenth of what the weights are.
BYTES_PER_PARAMETER = 40
_PICTURES, _SMALL_PICTURES = 96, 12
_COPIED = 2**26  # float32 numbers, 256 MiB: more than any cache
_MOST_ROUNDS = 15  # our training hands over about 20 times


@dataclass(frozen=True)
class Rounds:
    """The turns of both sides, round by round, and what copies moved in between, bytes a second."""

    reference: list[Turn]
    ours: list[Turn]
    bandwidth: list[float]


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for each model and number of tokens. `words` is the command line."""
    given = _arguments(words)
    small = given.small
    print(f"torch {torch.__version__}, {_device_name(given.device)}, {usable_cores()} cores\n")
    print(
        "| model | tokens | device | reference steps/s | ours | ratio | rounds | "
        "reference peak | ours |\n|---|---|---|---|---|---|---|---|---|"
    )
    notes = []
    with tempfile.TemporaryDirectory() as folder:
        count = _SMALL_PICTURES if small else _PICTURES
        pictures = chosen(given.pictures or drawn(Path(folder), count), count)
        for name in given.model or ["crvae"]:
            published = preset(name, "paper")
            training = replace(published.training, mixed_precision=given.mixed)
            if small:
                training = replace(training, batch_size=4)
            config = SMALL[name] if small else published.model
            for tokens in given.tokens if name == "crvae" else [0]:
                setup = Setup(config, training, pictures, tokens, given.steps, given.device)
                at_once = _fit_together(setup)
                done = _measured(setup, given.rounds, at_once)
                print(_row(setup, done), flush=True)
                if not at_once:
                    notes.append(f"{name}: one side after the other, for want of memory for both.")
                if name == "dense-cvae":
                    notes.append(_floor(setup, done))
    for note in notes:
        print(f"\n{note}")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", choices=sorted(SMALL), action="append")
    parser.add_argument("--tokens", type=int, nargs="+", default=[10, 35], help="of a caption")
    parser.add_argument("--steps", type=int, default=3, help="of one turn")
    parser.add_argument("--rounds", type=int, default=5, help=f"1 to {_MOST_ROUNDS}")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--mixed", action="store_true", help="bfloat16 for ours, on a GPU")
    parser.add_argument("--pictures", type=Path, help="a folder of JPEG files; drawn ones if not")
    parser.add_argument("--small", action="store_true", help="tiny models, to see that it runs")
    given = parser.parse_args(words)
    if not 1 <= given.rounds <= _MOST_ROUNDS or given.steps < 1 or min(given.tokens) < 1:
        parser.error(f"take 1 to {_MOST_ROUNDS} rounds, of at least 1 step and 1 token")
    if given.device == "cuda" and not torch.cuda.is_available():
        parser.error("this torch sees no GPU; install a CUDA build, or leave --device out")
    return given


def _measured(setup: Setup, rounds: int, at_once: bool) -> Rounds:
    """Rounds of one turn a side, or all rounds of one side after the other where not `at_once`."""
    turns: dict[str, list[Turn]] = {REFERENCE: [], OURS: []}
    copied = []
    for group in [(REFERENCE, OURS)] if at_once else [(REFERENCE,), (OURS,)]:
        with contextlib.ExitStack() as stack:
            pipes = {side: stack.enter_context(_started(side, setup)) for side in group}
            for side in group:
                _turn(side, pipes[side])  # warms up
            for n in range(rounds):
                # who goes first changes, so that a load that grows or fades favours nobody
                for side in group if n % 2 == 0 else reversed(group):
                    turns[side].append(_turn(side, pipes[side]))
                if OURS in group and isinstance(setup.config, DenseCvaeConfig):
                    copied.append(bandwidth(torch.device(setup.device)))
    return Rounds(turns[REFERENCE], turns[OURS], copied)


@contextlib.contextmanager
def _started(side: str, setup: Setup) -> Iterator[Connection]:
    """The pipe to a new process of this side, which ends with the block."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=serve, args=(side, setup, there), daemon=True)
    child.start()
    there.close()  # ours of the two copies: the pipe breaks when the child ends
    try:
        yield here
    finally:
        with contextlib.suppress(BrokenPipeError):
            here.send(False)
        child.join()


def _turn(side: str, pipe: Connection) -> Turn:
    try:
        pipe.send(True)
        return pipe.recv()
    except (EOFError, BrokenPipeError, ConnectionResetError) as fault:
        raise SystemExit(
            f"The {side} side ended; if nothing above says why, memory ran out: choose a "
            "smaller --model."
        ) from fault


def _fit_together(setup: Setup) -> bool:
    """Whether both sides fit at once and leave a tenth of the free memory to others.

    A side needs four float32 numbers a parameter (weight, gradient, two moments) and passing ones
    in Adam, and six maps of the first stage's size a picture.
    """
    config = setup.config
    maps = config.channels * config.width * config.height * setup.training.batch_size
    both = 2 * (2**29 + 20 * config.parameters() + 24 * maps)
    return both < 0.9 * _free_bytes(setup.device)


def _free_bytes(device: str) -> float:
    if device == "cuda":
        return float(torch.cuda.mem_get_info()[0])
    facts = Path("/proc/meminfo")
    if facts.exists():
        lines = dict(line.split(":", 1) for line in facts.read_text().splitlines())
        return 1024.0 * int(lines["MemAvailable"].split()[0])
    return 0.5 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")  # macOS: half of all


def bandwidth(device: torch.device) -> float:
    """Bytes a second that a copy reads and writes, the best of three."""
    source = torch.ones(_COPIED, device=device)
    target = torch.zeros_like(source)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        target.copy_(source)
        if device.type == "cuda":
            torch.cuda.synchronize()
        took.append(time.perf_counter() - began)
    return 8 * _COPIED / min(took)


def _row(setup: Setup, done: Rounds) -> str:
    reference, ours = (_median_step(turns) for turns in (done.reference, done.ours))
    pairs = zip(done.reference, done.ours, strict=True)
    ratios = [slow.seconds_per_step / fast.seconds_per_step for slow, fast in pairs]
    cells = [
        setup.config.name,
        str(setup.tokens or ""),
        setup.device,
        f"{1 / reference:.3g}",
        f"{1 / ours:.3g}",
        f"{statistics.median(ratios):.2f}",
        f"{min(ratios):.2f} to {max(ratios):.2f}",
        *(f"{turns[-1].peak_bytes / 2**30:.2f} GiB" for turns in (done.reference, done.ours)),
    ]
    return f"| {' | '.join(cells)} |"


def _floor(setup: Setup, done: Rounds) -> str:
    """A sentence: how far our step is above what moving the weights alone takes."""
    parameters = setup.config.parameters()
    moved = BYTES_PER_PARAMETER * parameters
    above = [
        turn.seconds_per_step * speed / moved
        for turn, speed in zip(done.ours, done.bandwidth, strict=True)
    ]
    speed = statistics.median(done.bandwidth)
    return (
        f"{setup.config.name}: {BYTES_PER_PARAMETER} bytes x {parameters / 1e6:.1f} M parameters = "
        f"{moved / 1e9:.2f} GB a step; copies move {speed / 1e9:.1f} GB/s, so a step takes "
        f"{1000 * moved / speed:.1f} ms or more; ours takes "
        f"{1000 * _median_step(done.ours):.1f} ms, {statistics.median(above):.2f} x the floor."
    )


def _median_step(turns: list[Turn]) -> float:
    return statistics.median(turn.seconds_per_step for turn in turns)


def _device_name(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else "CPU"


if __name__ == "__main__":
    main()
