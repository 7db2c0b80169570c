"""PCA behind the interface of all models: exact, linear, nothing to train after `prepare`."""

from __future__ import annotations

import torch
from torch import Tensor

from models.config import PcaConfig
from models.interface import FitInputs, FrameModel
from models.latent import DiagonalGaussian
from models.linear import mean_picture, principal_components

_NO_NOISE = -30.0  # log variance: the posterior of an exact projection is a point


class Pca(FrameModel):
    """Latents are coordinates along the principal components, in units of pixel L2 distance."""

    mean: Tensor  # (P,)
    components: Tensor  # (P, D)

    def __init__(self, config: PcaConfig) -> None:
        super().__init__()
        self.config = config
        values = 3 * config.height * config.width
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("components", torch.zeros(values, config.latent_size))
        self.register_buffer("prior_std", torch.ones(config.latent_size))

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: FitInputs | None = None
    ) -> None:
        """Fit. With fewer than D + 1 frames the last components stay zero."""
        self.mean.copy_(mean_picture(frames))
        basis, std = principal_components(frames, self.mean, self.config.latent_size)
        self.components.zero_()[:, : basis.shape[1]] = basis
        self.prior_std.fill_(1e-6)[: len(std)] = std.clamp_min(1e-6)

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        mean = (frames.flatten(1) - self.mean) @ self.components  # (B, D)
        return DiagonalGaussian(mean, torch.full_like(mean, _NO_NOISE))

    def decode(self, latents: Tensor) -> Tensor:
        pixels = latents @ self.components.T + self.mean  # (B, P)
        return pixels.view(-1, 3, self.config.height, self.config.width)
