"""How good a model is on some frames, in the published unit and with the posterior mean."""

from __future__ import annotations

import numpy as np
import torch

from core.training.dataset import Frames
from models.interface import FrameModel

UNIT = "255 x MSE"  # of pixels in [0, 1]: the unit of the published tables
_BATCH = 64


@torch.no_grad()
def error(model: FrameModel, frames: Frames, rows: np.ndarray) -> float | None:
    """255 x mean squared error of frames in [0, 1], decoded from the posterior mean.

    None when there are no rows. The decoded picture is clamped to [0, 1], as it is shown.
    """
    if len(rows) == 0:
        return None
    model.eval()
    total = 0.0
    for start in range(0, len(rows), _BATCH):
        batch = frames.batch(rows[start : start + _BATCH])
        decoded = model.decode(model.encode(batch).mode()).clamp(0, 1)
        total += float((decoded - batch).square().mean()) * len(batch)
    return 255.0 * total / len(rows)


def active_units(means: np.ndarray, prior_std: np.ndarray) -> int:
    """How many of D dimensions have posterior means that vary by over 0.01 of the prior's variance.

    `means` is (N, D), `prior_std` (D,). Source: Burda, Grosse and Salakhutdinov, "Importance
    Weighted Autoencoders" (2016), section 5.2.
    """
    return int((means.var(axis=0) / np.square(prior_std) > 0.01).sum())


def evenly(rows: np.ndarray, count: int) -> np.ndarray:
    """At most `count` of the rows, spread evenly."""
    if len(rows) <= count:
        return rows
    return rows[np.linspace(0, len(rows) - 1, count).round().astype(int)]
