"""The stages that the published models share, with torch's own initialisation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import batch_norm

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
    `reference`, a batch's mean and variance, stands for the batch's own where it is set.
    """

    def __init__(self, size: int) -> None:
        super().__init__(size, track_running_stats=False)
        self.reference: tuple[Tensor, Tensor] | None = None
        self.seen: tuple[Tensor, Tensor] | None = None  # of the last batch in evaluation

    def forward(self, x: Tensor) -> Tensor:
        if self.reference is not None:
            return batch_norm(x, *self.reference, self.weight, self.bias, False, eps=self.eps)
        if not self.training:
            self.seen = x.mean(dim=0), x.var(dim=0, correction=0)
        return super().forward(x)


def read_earlier_names(model: nn.Module) -> None:
    """Let `model` load weights that were saved when its parts had other names."""

    def rename(_model: nn.Module, weights: dict[str, Any], *_more: Any) -> None:
        for name in list(weights):
            part, _, rest = name.partition(".")
            if rest in _UNUSED:
                del weights[name]
            elif part in _EARLIER:
                weights[f"{_EARLIER[part]}.{rest}"] = weights.pop(name)

    model.register_load_state_dict_pre_hook(rename)


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
