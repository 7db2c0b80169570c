"""What a training will cost on this machine, before it starts; imports no torch."""

from __future__ import annotations

import functools
import shutil
import time
from dataclasses import dataclass

import numpy as np

from core.config import RunConfig
from models.config import CompactConfig

_GPU_FLOPS = 2e13  # what small convolutions reach on a recent GPU
_CPU_SHARE = 0.35  # of the matrix product's speed that a training step reaches
_START_S = 6.0  # interpreter, torch, frames into memory
_AFTER_S_PER_FRAME = 0.02  # latents, keyframes, clusterings


@dataclass(frozen=True)
class Cost:
    """An estimate; `seconds` is from start to something to explore."""

    device: str
    parameters: int
    memory_bytes: int
    seconds: float


def estimate(config: RunConfig, frames: int) -> Cost:
    """What training `config` on `frames` frames takes here."""
    gpu = shutil.which("nvidia-smi") is not None
    pixels = frames * config.model.width * config.model.height * 3
    parameters = config.model.parameters()
    picture = 12 * config.model.width * config.model.height
    memory = pixels + 16 * parameters + 40 * config.training.batch_size * picture
    speed = _GPU_FLOPS if gpu else _CPU_SHARE * _matrix_flops()
    preparing = 2.0 * min(frames, 4096) ** 2 * picture / 4 / speed
    steps = _flops_per_step(config) * config.training.steps / speed
    fits = 2 if config.training.held_out == "refit" else 1
    seconds = _START_S + fits * (preparing + steps) + _AFTER_S_PER_FRAME * frames
    return Cost("GPU" if gpu else "CPU", parameters, memory, seconds)


def _flops_per_step(config: RunConfig) -> float:
    """Forward and backward: 6 per weight and place where it is applied."""
    model = config.model
    if not isinstance(model, CompactConfig):
        return 0.0
    places = model.width * model.height / 64
    c, folded = model.channels, 192
    looked = folded * c + 18 * c * c + 9 * c * (c // 2) / 4
    refined = (folded + model.maps) * c + 36 * c * c + c * folded
    linear = 2 * model.latent_size * model.width * model.height * 3
    return 6.0 * config.training.batch_size * (places * (looked + refined) + linear)


@functools.cache
def _matrix_flops() -> float:
    """This machine's float32 matrix product: the best of ten, against a busy moment."""
    a = np.ones((512, 512), np.float32)
    took = []
    for _ in range(10):
        began = time.perf_counter()
        a @ a
        took.append(time.perf_counter() - began)
    return 2 * 512**3 / min(took)
