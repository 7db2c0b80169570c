"""The convolutional stages that the published models share, with torch's own initialisation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def shrinking(filters: Sequence[int]) -> nn.Sequential:
    """(B, 3, H, W) -> (B, filters[-1], H / 2^n, W / 2^n): convolution, ReLU, max-pool each.

    The ReLU runs after the max-pool: both orders give the same values and gradients, because ReLU
    never falls, and this one has a quarter of the work.
    """
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise((3, *filters)):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.MaxPool2d(2), nn.ReLU()]
    return nn.Sequential(*layers)


def growing(inputs: int, filters: Sequence[int]) -> nn.Sequential:
    """(B, inputs, h, w) -> (B, 3, 2^n h, 2^n w), not clamped.

    Each stage is a transposed convolution of stride 2 and a convolution, both with ReLU; a last
    transposed convolution of stride 1 makes the three colours.
    """
    layers: list[nn.Module] = []
    for before, after in pairwise((inputs, *filters)):
        layers += [
            nn.ConvTranspose2d(before, after, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers, nn.ConvTranspose2d(filters[-1], 3, 3, padding=1))
