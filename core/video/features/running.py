"""Runs a frozen network over pictures, a few at a time; knows no network in particular."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

# Measured with EfficientNet-lite0 on 2 cores: of 1, 2, 4, 6, 8 and 16 pictures at once, 4 are the
# fastest, three times as fast as 16, whose maps do not stay in the cache.
_AT_ONCE = {"cpu": 4, "cuda": 64}


def device() -> torch.device:
    """Where networks run: the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def rows_of(
    network: nn.Module, pictures: np.ndarray, prepared: Callable[[Tensor], Tensor], size: int
) -> np.ndarray:
    """(B, H, W, 3) uint8 RGB -> (B, size) float32, each row of L2 length 1.

    `prepared` turns (b, 3, H, W) uint8 into what `network` takes, on the processor; the network
    gives (b, size). Raises ValueError when `pictures` is another array.
    """
    _check(pictures)
    where = device()
    step = _AT_ONCE[where.type]
    rows = np.empty((len(pictures), size), np.float32)
    with torch.inference_mode(), _exact(where):
        for start in range(0, len(pictures), step):
            part = np.ascontiguousarray(pictures[start : start + step])
            inputs = prepared(torch.from_numpy(part).permute(0, 3, 1, 2))  # (b, 3, h, w)
            outputs = unit(network(inputs.to(where)).float())  # (b, size)
            rows[start : start + step] = outputs.cpu().numpy()
    return rows


def transformed(transform: Callable[[Image.Image], Tensor], pictures: Tensor) -> Tensor:
    """(B, 3, H, W) uint8 through a transform that takes one PIL picture each.

    timm's and open_clip's do, and scale bytes only when given such.
    """
    listed = pictures.permute(0, 2, 3, 1).numpy()  # (B, H, W, 3)
    return torch.stack([transform(Image.fromarray(one)) for one in listed])


def unit(rows: Tensor) -> Tensor:
    """(..., D) with each row brought to L2 length 1; a row of zeros stays one."""
    return nn.functional.normalize(rows, dim=-1)


def frozen(network: nn.Module) -> nn.Module:
    """`network` in evaluation mode, without gradients, where networks run."""
    return network.eval().requires_grad_(False).to(device())


def _exact(where: torch.device) -> contextlib.AbstractContextManager[None]:
    """Full float32 on a GPU too: its default (TF32) rounds convolutions to 10 bits."""
    if where.type != "cuda":
        return contextlib.nullcontext()
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)


def _check(pictures: np.ndarray) -> None:
    if pictures.ndim != 4 or pictures.shape[-1] != 3 or pictures.dtype != np.uint8:
        raise ValueError(
            f"pictures are (B, H, W, 3) uint8, not {pictures.shape} {pictures.dtype}; "
            "convert them to RGB bytes first"
        )
