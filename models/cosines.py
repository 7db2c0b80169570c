"""Cosines in place of pictures: what the covariance of pictures would be, were it alike everywhere.

A few thousand pictures of 72,000 numbers tell little of their covariance. It is therefore mixed
with one of far fewer numbers, that of pictures whose statistics are the same at every place: its
components are cosines (Ahmed, Natarajan and Rao, "Discrete Cosine Transform", 1974), and only how
strong each is has to be found. Mixing with such a target is shrinkage: Ledoit and Wolf, "A
well-conditioned estimator for large-dimensional covariance matrices" (2004).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_AT_ONCE = 64


def cosine_rows(pictures: Tensor, count: int) -> Tensor:
    """(N, 3, H, W) pictures around their mean -> (M, 3 H W): the cosines of most power in them.

    M is `count`, or 3 H W where that is less. Each is of one of the pictures' three principal
    colours, and as long as the root of its mean power, so that the sum of the rows' outer products
    is the covariance, without what the others would add.
    """
    flat = pictures.transpose(0, 1).flatten(1)  # (3, N H W)
    colours = torch.linalg.eigh(flat @ flat.T).eigenvectors  # (3, 3), a colour each column
    down, across = (_cosines(length) for length in pictures.shape[2:])
    power = torch.zeros(pictures.shape[1:])  # (3, H, W)
    for part in pictures.split(_AT_ONCE):
        turned = torch.einsum("nchw,cd->ndhw", part, colours)
        power += (down @ turned @ across.T).square().sum(dim=0)
    mean, places = (power / len(pictures)).flatten().topk(min(count, power.numel()))
    colour, row, column = torch.unravel_index(places, power.shape)
    waves = down[row][:, :, None] * across[column][:, None, :]  # (M, H, W)
    waves *= mean.sqrt()[:, None, None]
    return torch.einsum("mc,mhw->mchw", colours.T[colour], waves).flatten(1)


def _cosines(length: int) -> Tensor:
    """(L, L): the rows are L orthonormal cosines, the slowest first (DCT-II)."""
    place, rate = torch.arange(length) + 0.5, torch.arange(length)[:, None]
    rows = (math.pi / length * rate * place).cos()
    return rows / rows.square().sum(dim=1, keepdim=True).sqrt()
