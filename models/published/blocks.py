"""The stages and the start that the published models share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm

from models.interface import FitInputs, FrameModel
from models.latent import DiagonalGaussian
from models.published.config import PublishedSettings
from models.published.init_he import start_at_mean_colour

# What parts were called when earlier runs were saved; no model has both names.
_EARLIER = {
    "look": "image_encoder",
    "draw": "image_decoder",
    "unfold": "expand",
    "part": "split_head",
    "look_norm": "image_norm",
    "reader_norm": "text_norm",
}
_UNUSED = ("running_mean", "running_var", "num_batches_tracked")  # of norms of earlier runs


class BatchNorm(nn.BatchNorm1d):
    """(B, F), normalised by the statistics of the batch at hand, in evaluation as in training.

    The published code never switches to evaluation, so that no running statistics are kept here.
    `reference`, a batch's mean and variance, stands for the batch's own where it is set. With
    `over_all`, which takes means over a batch that several processes have parts of, training
    normalises by the whole batch, as torch.nn.SyncBatchNorm, which is for GPUs alone.
    """

    def __init__(self, size: int) -> None:
        super().__init__(size, track_running_stats=False)
        self.reference: tuple[Tensor, Tensor] | None = None
        self.seen: tuple[Tensor, Tensor] | None = None  # of the last batch in evaluation
        self.over_all: Callable[[Tensor], Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        if self.reference is not None:
            return batch_norm(x, *self.reference, self.weight, self.bias, False, eps=self.eps)
        if self.training and self.over_all is not None:
            wide = x.to(torch.promote_types(x.dtype, torch.float32))
            apart = wide - self.over_all(wide)
            scale = (self.over_all(apart.square()) + self.eps).rsqrt() * self.weight
            return (apart * scale + self.bias).to(x.dtype)
        if not self.training:
            self.seen = x.mean(dim=0), x.var(dim=0, correction=0)
        if len(x) == 1:  # which torch refuses: a lone row is its own mean, with no variance
            still = x.mean(dim=0), x.var(dim=0, correction=0)
            return batch_norm(x, *still, self.weight, self.bias, False, eps=self.eps)
        return super().forward(x)


class Dense(nn.Linear):
    """(B, I) -> (B, O) as nn.Linear, in less time where wide layers meet thin batches on a CPU.

    Weights stand on the left of the products that read them, there and back: on the right, as
    nn.Linear has them, torch's CPU library takes half as long again (docs/speed.md).
    """

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu":
            return super().forward(x)
        # Copied, because of a view the way back would put the weights on the right again.
        return torch.addmm(self.bias[:, None], self.weight, x.t().contiguous()).t()


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


class PublishedModel(FrameModel):
    """What the published models share: the encoder of pictures, and a start from the mean colour.

    `posterior` gives means and log-variances, of the encoder's map unless a model says otherwise.
    """

    posterior: nn.Module
    image_decoder: nn.Sequential

    def __init__(self, config: PublishedSettings) -> None:
        super().__init__()
        self.config = config
        self.register_load_state_dict_pre_hook(_read_earlier_names)
        self.register_buffer("prior_std", torch.ones(config.latent_size))
        self.image_encoder = shrinking(config.filters)

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: FitInputs | None = None
    ) -> None:
        if self.config.quick_start:
            start_at_mean_colour(self.image_decoder, frames)

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        mean, log_variance = self.posterior(self.image_encoder(frames)).chunk(2, dim=1)
        return DiagonalGaussian(mean, log_variance)  # (B, D) each, or (B, D, H/8, W/8)


def _read_earlier_names(_model: nn.Module, weights: dict[str, Any], *_more: Any) -> None:
    """Load weights that were saved when the model's parts had other names."""
    for name in list(weights):
        part, _, rest = name.partition(".")
        if rest in _UNUSED:
            del weights[name]
        elif part in _EARLIER:
            weights[f"{_EARLIER[part]}.{rest}"] = weights.pop(name)
