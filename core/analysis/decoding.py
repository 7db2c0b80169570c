"""From frames to latents and from latents to pictures, with a trained model."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from core.storage import checkpoints
from models.interface import FrameModel

_BATCH = 64


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
def encode(model: FrameModel, batches: Iterable[torch.Tensor]) -> np.ndarray:
    """Posterior means of (B, 3, H, W) float batches, (N, D) float32."""
    model.eval()
    return np.concatenate([model.encode(batch).mode().float().cpu().numpy() for batch in batches])


def decode(model: FrameModel, latents: np.ndarray) -> np.ndarray:
    """(N, D) -> (N, H, W, 3) uint8 RGB at the model's size."""
    return np.concatenate(list(decoded_batches(model, latents)))


@torch.no_grad()
def decoded_batches(model: FrameModel, latents: np.ndarray) -> Iterator[np.ndarray]:
    """The same, 64 pictures at a time."""
    model.eval()
    for start in range(0, len(latents), _BATCH):
        batch = torch.from_numpy(np.ascontiguousarray(latents[start : start + _BATCH]))
        pictures = model.decode(batch.to(model.prior_std)).clamp(0, 1).mul(255).round()
        yield pictures.byte().permute(0, 2, 3, 1).cpu().numpy()  # (B, H, W, 3)


def neighbours(latents: np.ndarray, count: int = 8) -> np.ndarray:
    """(N, min(count, N - 1)) int32: each row's nearest rows by L2, nearest first."""
    squares = np.square(latents).sum(axis=1)
    count = min(count, len(latents) - 1)
    nearest = np.empty((len(latents), count), np.int32)
    for start in range(0, len(latents), 1024):
        rows = np.arange(start, min(start + 1024, len(latents)))
        distance = squares - 2.0 * latents[rows] @ latents.T  # (B, N), less the row's own square
        distance[np.arange(len(rows)), rows] = np.inf
        order = (
            np.argpartition(distance, count - 1, axis=1)[:, :count] if count else distance[:, :0]
        )
        by_distance = np.argsort(np.take_along_axis(distance, order.astype(int), axis=1), axis=1)
        nearest[rows] = np.take_along_axis(order.astype(int), by_distance, axis=1)
    return nearest
