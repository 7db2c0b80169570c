"""From frames to latents and from latents to pictures and words, with a trained model."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.storage import checkpoints
from models.interface import FrameModel, WordModel

_BATCH = 64
_OF_WORDS = 1024  # latents whose words are read together: most captions last for several frames


def open_model(checkpoint: Path) -> FrameModel:
    """The model of a checkpoint folder; opened once, until the folder changes.

    Raises CheckpointUnreadable.
    """
    weights = checkpoint / "model.safetensors"
    return _opened(checkpoint, weights.stat().st_mtime_ns if weights.exists() else 0)


@functools.lru_cache(maxsize=2)
def _opened(checkpoint: Path, _written_ns: int) -> FrameModel:
    return checkpoints.open_model(checkpoint)


@torch.no_grad()
def encode(
    model: FrameModel,
    frames: Tensor,
    words: Tensor | None = None,
    features: Tensor | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior means of what `FrameModel.encode` takes: as exported and as decoded.

    The first are (B, D) float32; the second are the same, or the (B, D, h, w) maps of a model that
    decodes only those.
    """
    means = model.eval().encode(frames, words, features).mode()
    return _array(model.vectors(means)), _array(means)


def decode(model: FrameModel, latents: np.ndarray) -> np.ndarray:
    """(N, D) or (N, D, h, w), shaped like the posterior -> (N, H, W, 3) uint8 RGB."""
    return np.concatenate(list(decoded_batches(model, latents)))


@torch.no_grad()
def decoded_batches(model: FrameModel, latents: np.ndarray) -> Iterator[np.ndarray]:
    """The same, 64 pictures at a time."""
    model.eval()
    for batch in _batches(model, latents):
        pictures = model.decode(batch).clamp(0, 1).mul(255).round()
        yield pictures.byte().permute(0, 2, 3, 1).cpu().numpy()  # (B, H, W, 3)


@torch.no_grad()
def read_words(model: WordModel, latents: np.ndarray) -> np.ndarray:
    """(N, D) -> (N, L) int64 numbers of the vocabulary's words, from the latents alone; 0: none."""
    model.eval()
    read = [model.read_words(batch).cpu().numpy() for batch in _batches(model, latents, _OF_WORDS)]
    return np.concatenate(read)


def _batches(model: FrameModel, latents: np.ndarray, size: int = _BATCH) -> Iterator[Tensor]:
    for start in range(0, len(latents), size):
        batch = np.ascontiguousarray(latents[start : start + size], dtype=np.float32)
        yield torch.from_numpy(batch).to(model.prior_std)


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.float().cpu().numpy()
