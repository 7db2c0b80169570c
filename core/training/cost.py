"""What a training will cost, on this machine or another, before it starts; imports no torch."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import psutil

from core.config import RunConfig
from core.machine import threads
from core.training.schedule import Schedule, keeps_first
from models.config import (
    AffinityConfig,
    CompactConfig,
    CrvaeConfig,
    DenseCvaeConfig,
    PcaConfig,
    PureCvaeConfig,
)

_GPU_FLOPS = 2e13  # what small convolutions reach on a recent GPU
_CPU_SHARE = 0.35  # of the matrix product's speed that a training step reaches
_GPU_BYTES_S, _CPU_BYTES_S = 3e12, 8e9  # that memory gives and takes each second
_LEARNED = 20  # bytes of a learned number: itself, gradient, Adam's two moments, checkpoint
_FIXED = 8  # bytes of one that is not learned: itself, checkpoint
_TRAFFIC = 28  # bytes that Adam reads (four numbers) and writes (three) of a learned one
_KEPT = 10  # bytes of a value kept for the way back, gradients and workspaces in it; measured
_COMPACT_KEPT = 48  # such values of a pixel; measured at the usual size
FRAMES_SHARE = 0.125  # of the device's memory that frames may take; more stay on disk
_PROGRAM = 300_000_000  # bytes: interpreter and torch
_MEASURING = """
import time
import numpy as np
a, took, end = np.ones((512, 512), np.float32), [], time.perf_counter() + 0.1
while not took or time.perf_counter() < end:
    began = time.perf_counter()
    a @ a
    took.append(time.perf_counter() - began)
print(min(took))
"""
_START_S = 6.0  # interpreter, torch, frames into memory
_AFTER_S_PER_FRAME = 0.02  # latents, keyframes, clusterings
_HELD_OUT = 5  # one frame in so many is held out of all trainings but the last
_STOPPING = 10  # one frame in so many says how long to train, and is not trained on for that
# Whose layers are widest: what to lower where weights, not pictures, fill the memory.
_WIDEST = {
    "pca": "latent_size",
    "compact": "latent_size",
    "affinity": "appearance_size",
    "pure-cvae": "channels",
    "dense-cvae": "first_dense",
    "crvae": "dense",
}


@dataclass(frozen=True)
class Machine:
    """Where a training runs."""

    gpu: bool
    flops: float  # of all cores' float32 matrix product; 0 where a GPU trains
    memory_bytes: int  # of what trains: the GPU, or the main memory


@dataclass(frozen=True)
class Cost:
    """An estimate; `seconds` is from start to something to explore."""

    device: str
    parameters: int
    memory_bytes: int
    available_bytes: int  # that the device has, whoever uses it
    seconds: float

    @property
    def fits(self) -> bool:
        """Whether the memory is enough."""
        return self.memory_bytes <= self.available_bytes


def here(gpu: bool | None = None) -> Machine:
    """This machine; `gpu` says whether its GPU trains, where that is known better."""
    if has_gpu() if gpu is None else gpu:
        return Machine(True, 0.0, _gpu_memory())
    return Machine(False, _matrix_flops(), machine_memory())


def estimate(
    config: RunConfig, frames: int, captions: int = 0, machine: Machine | None = None
) -> Cost:
    """What training `config` on `frames` frames takes on `machine`, which is this one if None.

    `captions`, the number of segments, counts where each of them is an example of its own.
    """
    machine = machine or here()
    gpu = machine.gpu
    speed = _GPU_FLOPS if gpu else _CPU_SHARE * machine.flops
    step = max(
        _flops_per_step(config) / speed,
        _TRAFFIC * _learned(config) / (_GPU_BYTES_S if gpu else _CPU_BYTES_S),
    )
    examples = captions if config.training.pairs == "segments" and captions else frames
    seconds = _START_S + _AFTER_S_PER_FRAME * frames + steps(config, examples) * step
    seconds += trainings(config, frames) * _components_flops(config, frames) / speed
    memory, available = sum(_memory(config, frames, machine).values()), machine.memory_bytes
    return Cost("GPU" if gpu else "CPU", config.model.parameters(), memory, available, seconds)


def steps(config: RunConfig, examples: int) -> int:
    """Of all trainings of a run together; 0 of a model that is computed, not trained."""
    if isinstance(config.model, PcaConfig):
        return 0
    held_out = examples - examples // _HELD_OUT
    sizes = [examples, held_out, held_out - examples // _STOPPING][: trainings(config, examples)]
    return sum(Schedule(config.training, max(1, size)).steps for size in sizes)


def trainings(config: RunConfig, examples: int) -> int:
    """One that is kept, one that is measured on frames held out, one that finds their length.

    With patience the later ones may be shorter than planned: this is the most.
    """
    settings = config.training
    most = 1 if settings.held_out == "none" or keeps_first(settings, examples) else 2
    return most + (config.training.patience > 0 and config.training.held_out != "none")


def to_lower(config: RunConfig, frames: int, machine: Machine | None = None) -> str:
    """What takes most of the memory, as a demand that ends a sentence: "lower batch_size"."""
    parts = _memory(config, frames, machine or here())
    if parts["weights"] > parts["pictures"]:  # of many frames most stay on disk
        return f"lower {_WIDEST[config.model.name]}, or width and height"
    return "lower batch_size, or width and height"


def has_gpu() -> bool:
    """Whether this machine has a GPU that torch can use, as far as can be told without torch."""
    return shutil.which("nvidia-smi") is not None


def machine_memory() -> int:
    """Bytes of this machine's main memory."""
    return psutil.virtual_memory().total


def _memory(config: RunConfig, frames: int, machine: Machine) -> dict[str, int]:
    """Bytes, by what they are for."""
    model = config.model
    pixels = model.width * model.height
    fixed = model.parameters() - _learned(config)
    values = config.training.batch_size * _kept_values(config)
    return {
        "program": _PROGRAM,
        "frames": _held(3 * pixels * frames, config, machine),
        "weights": _LEARNED * _learned(config) + _FIXED * fixed,
        "pictures": _KEPT * values,
        "basis": _basis(config),
    }


def _held(pixels: int, config: RunConfig, machine: Machine) -> int:
    """Bytes of frames in memory; what is read but a few times, or is much, stays on disk."""
    once = isinstance(config.model, PcaConfig)
    return 0 if once or pixels >= FRAMES_SHARE * machine.memory_bytes else pixels


def _basis(config: RunConfig) -> int:
    """Of the pictures and cosines that a linear path is computed from, before the training."""
    model = config.model.picture if isinstance(config.model, AffinityConfig) else config.model
    if not isinstance(model, CompactConfig):
        return 0
    rows = model.basis_pictures + model.basis_cosines
    return 4 * rows * 3 * model.width * model.height


def _learned(config: RunConfig) -> int:
    """How many parameters the optimiser moves."""
    model = config.model
    if isinstance(model, PcaConfig):
        return 0
    if isinstance(model, AffinityConfig):  # content and words are computed
        model = model.picture
    if isinstance(model, CompactConfig):  # its linear path is computed: components, mean, scales
        values = 3 * model.width * model.height
        return model.parameters() - (model.latent_size + 1) * values - model.latent_size
    return model.parameters()


def _kept_values(config: RunConfig) -> int:
    """Of one picture, what a step keeps until its way back: two of each filter and place.

    Before and after each max-pool there (with its indices), after both convolutions back.
    """
    model = config.model
    pixels = model.width * model.height
    if isinstance(model, PureCvaeConfig | DenseCvaeConfig | CrvaeConfig):
        return sum(4 * count * pixels // 4**n for n, count in enumerate(model.filters))
    return 3 * pixels if isinstance(model, PcaConfig) else _COMPACT_KEPT * pixels


def _components_flops(config: RunConfig, frames: int) -> float:
    """Of the principal components, which are model or baseline of every run."""
    return 6.0 * min(frames, 4096) ** 2 * config.model.width * config.model.height


def _flops_per_step(config: RunConfig) -> float:
    """Forward and backward: 6 per weight and place where it is applied."""
    model, batch = config.model, config.training.batch_size
    if isinstance(model, PcaConfig):
        return 0.0
    if isinstance(model, AffinityConfig):
        model = model.picture
    if not isinstance(model, CompactConfig):
        return 6.0 * batch * model.multiplications()
    places = model.width * model.height / 64
    c, folded = model.channels, 192
    looked = folded * c + 18 * c * c + 9 * c * (c // 2) / 4
    refined = (folded + model.maps) * c + 36 * c * c + c * folded
    linear = 2 * model.latent_size * model.width * model.height * 3
    return 6.0 * batch * (places * (looked + refined) + linear)


@functools.cache
def _gpu_memory() -> int:
    """Bytes of the first GPU's memory, as its driver says."""
    asked = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return machine_memory()
    first = next(iter(said.stdout.split()), "")
    return int(first) * 1024**2 if first.isdecimal() else machine_memory()


@functools.cache
def _matrix_flops() -> float:
    """This machine's float32 matrix product: one core's best within a tenth of a second, times all.

    Several threads wait for each other on a busy machine, which looks ten times slower than it is;
    one thread is for the whole process, so a child measures.
    """
    env = os.environ | {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "MKL", "OMP")}
    child = [sys.executable, "-c", _MEASURING]
    said = subprocess.run(child, capture_output=True, text=True, env=env, check=True).stdout
    return threads() * 2 * 512**3 / float(said)
