"""Random crops of pictures, so that a model learns what pictures are made of, not these alone."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

SMALLEST = 0.4  # of the picture's width and height


def random_crops(frames: Tensor, generator: torch.Generator) -> Tensor:
    """One random crop of each picture, at least 0.4 of its sides, half of them mirrored.

    (B, 3, H, W) float -> the same shape. Draws on the CPU, whatever the pictures' device.
    """
    count = len(frames)
    if count == 0:
        return frames
    draw = torch.rand(4, count, generator=generator)
    scale = SMALLEST + (1 - SMALLEST) * draw[0]
    mirror = torch.where(draw[1] < 0.5, -1.0, 1.0)
    affine = torch.zeros(count, 2, 3)
    affine[:, 0, 0] = scale * mirror
    affine[:, 1, 1] = scale
    affine[:, 0, 2] = (1 - scale) * (2 * draw[2] - 1)
    affine[:, 1, 2] = (1 - scale) * (2 * draw[3] - 1)
    grid = affine_grid(affine.to(frames), list(frames.shape), align_corners=False)
    return grid_sample(frames, grid, padding_mode="border", align_corners=False)
