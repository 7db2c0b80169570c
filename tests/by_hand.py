"""The published models' convolutions and Adam, written out slowly, to compare a step with."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d, max_pool2d

LEARNING_RATE = 1e-4
# dtype, of a gradient relative to its parameter's greatest, of a weight after the step
TOLERANCES = [(torch.float32, 1e-4, 1e-6), (torch.float64, 1e-10, 1e-10)]
Weights = dict[str, Tensor]


def see(w: Weights, x: Tensor) -> Tensor:
    """Three times convolution, ReLU, max-pool."""
    for layer in ("image_encoder.0", "image_encoder.3", "image_encoder.6"):
        x = conv2d(x, w[f"{layer}.weight"], w[f"{layer}.bias"], padding=1)
        x = max_pool2d(x.clamp_min(0), 2)
    return x


def draw(w: Weights, x: Tensor) -> Tensor:
    """Three times transposed convolution and convolution, and the last one to three colours."""
    for layer in (0, 4, 8):
        grow, after = f"image_decoder.{layer}", f"image_decoder.{layer + 2}"
        weight, bias = w[f"{grow}.weight"], w[f"{grow}.bias"]
        x = conv_transpose2d(x, weight, bias, stride=2, padding=1, output_padding=1).clamp_min(0)
        x = conv2d(x, w[f"{after}.weight"], w[f"{after}.bias"], padding=1).clamp_min(0)
    return conv_transpose2d(x, w["image_decoder.12.weight"], w["image_decoder.12.bias"], padding=1)


def adam(weight: Tensor, gradient: Tensor) -> Tensor:
    """The first step, beta 0.9 and 0.999: Kingma and Ba (2015), algorithm 1."""
    first, second = 0.1 * gradient, 0.001 * gradient**2
    return weight - LEARNING_RATE * (first / 0.1) / ((second / 0.001).sqrt() + 1e-8)


def check_step(
    name: str, before: Tensor, gradient: Tensor, weight: nn.Parameter, near: tuple[float, float]
) -> None:
    """`weight`'s gradient, and itself after a step, are `gradient` and what Adam makes of it.

    Adam's first step is the gradient over its own size. Where that is rounding (a bias before a
    batch norm has a true gradient of zero) float32 says nothing of the step; float64 does.
    """
    single = gradient.dtype == torch.float32
    rounding = (1e-7 if single else 1e-15) if "bias" in name else 0.0
    off = (weight.grad - gradient).abs().max()
    assert off <= near[0] * gradient.abs().max() + rounding, name
    told = gradient.abs() >= (100 * off if single else 0.0)
    assert told.any() or name.endswith("bias"), name
    assert torch.allclose(weight[told], adam(before, gradient)[told], rtol=0, atol=near[1]), name
