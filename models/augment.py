"""Random crops of pictures, so that a model learns what pictures are made of, not these alone."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

SMALLEST = 0.4  # of the picture's width and height


def draw_crops(count: int, generator: torch.Generator) -> Tensor:
    """(4, count) numbers that say how `count` pictures are cropped, drawn on the CPU."""
    return torch.rand(4, count, generator=generator)


def random_crops(frames: Tensor, draw: Tensor) -> Tensor:
    """One crop of each picture, at least 0.4 of its sides, half of them mirrored.

    (B, 3, H, W) float, and (4, B) of `draw_crops` on the same device -> as the pictures.
    """
    count = len(frames)
    scale = SMALLEST + (1 - SMALLEST) * draw[0]
    mirror = torch.where(draw[1] < 0.5, -1.0, 1.0)
    affine = draw.new_zeros(count, 2, 3)
    affine[:, 0, 0] = scale * mirror
    affine[:, 1, 1] = scale
    affine[:, 0, 2] = (1 - scale) * (2 * draw[2] - 1)
    affine[:, 1, 2] = (1 - scale) * (2 * draw[3] - 1)
    grid = affine_grid(affine.to(frames), list(frames.shape), align_corners=False)
    return grid_sample(frames, grid, padding_mode="border", align_corners=False)
