"""A start that learns in fewer steps than torch's own, for what a laptop trains."""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

_QUIET = -8.0  # first log-variance of the posterior: noise that does not drown the mean
_FAINT = 0.1  # of the last layer: pictures begin close to the mean colour


def init_he(model: nn.Module, posterior: nn.Module, image_decoder: nn.Sequential) -> None:
    """Draw all weights anew so that ReLU keeps the variance from layer to layer; bias zero.

    `posterior` gives means and log-variances, `image_decoder` the picture. Recurrent cells and
    attention keep torch's own start. Source: He et al., "Delving Deep into Rectifiers" (2015),
    section 2.2.
    """
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(layer.weight, std=math.sqrt(2.0 / _fan_in(layer)))
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    with torch.no_grad():
        weight, bias = _numbers(posterior)
        weight[len(weight) // 2 :] *= _FAINT
        bias[len(bias) // 2 :] = _QUIET
        _numbers(image_decoder[-1])[0].mul_(_FAINT)


def start_at_mean_colour(image_decoder: nn.Sequential, frames: Tensor) -> None:
    """Let the picture's last layer begin at the mean colour of (N, 3, H, W) uint8 frames."""
    some = frames[:: max(1, len(frames) // 256)].float().div(255)
    with torch.no_grad():
        _numbers(image_decoder[-1])[1].copy_(some.mean(dim=(0, 2, 3)))


def _numbers(layer: nn.Module) -> tuple[Tensor, Tensor]:
    """Weight and bias of a layer that has both."""
    return cast(Tensor, layer.weight), cast(Tensor, layer.bias)


def _fan_in(layer: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> float:
    """How many values each output is a sum of: its weights, of which strides leave some out."""
    outputs = layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels
    strides = math.prod(layer.stride) if isinstance(layer, nn.ConvTranspose2d) else 1
    return layer.weight.numel() / outputs / strides
