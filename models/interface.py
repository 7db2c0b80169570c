"""What every model can do: encode pictures, decode latents, sample. One contract test for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

from models.latent import DiagonalGaussian


class FrameModel(nn.Module, ABC):
    """A model of pictures: (B, 3, H, W) in [0, 1] to a Gaussian over (B, D) and back.

    `prior_std` (D,) is the prior's standard deviation of each latent dimension: latents keep the
    scale of the pixels, so L2 distances mean something; the KL is against N(0, prior_std^2).
    """

    config: Any
    prior_std: Tensor

    @abstractmethod
    def prepare(self, frames: Tensor, generator: torch.Generator) -> None:
        """Whatever can be computed from the training frames rather than learned.

        `frames` is (N, 3, H, W) uint8 on the CPU.
        """

    @abstractmethod
    def encode(self, frames: Tensor) -> DiagonalGaussian:
        """(B, 3, H, W) float in [0, 1] -> Gaussian with (B, D) parameters."""

    @abstractmethod
    def decode(self, latents: Tensor) -> Tensor:
        """(B, D) -> (B, 3, H, W); not clamped, so that its gradient lives everywhere."""

    @property
    def learns(self) -> bool:
        """Whether there is anything to train after `prepare`."""
        return any(parameter.requires_grad for parameter in self.parameters())

    def sample(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Pictures of `count` draws from the prior, (count, 3, H, W)."""
        noise = torch.randn(count, len(self.prior_std), generator=generator)
        return self.decode(noise.to(self.prior_std) * self.prior_std)
