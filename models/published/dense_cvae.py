"""The published model of convolutions and dense layers, one vector for each frame.

Source: Shi's first report (2023), "Dense CVAE".
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.interface import FitInputs, FrameModel
from models.latent import DiagonalGaussian
from models.published.blocks import growing, read_earlier_names, shrinking
from models.published.config import DenseCvaeConfig
from models.published.init_he import init_he, start_at_mean_colour


class DenseCvae(FrameModel):
    """(B, 3, H, W) <-> (B, D)."""

    def __init__(self, config: DenseCvaeConfig) -> None:
        super().__init__()
        self.config = config
        read_earlier_names(self)
        self.register_buffer("prior_std", torch.ones(config.latent_size))
        first, second, latent = config.first_dense, config.second_dense, config.latent_size
        self.image_encoder = shrinking(config.filters)
        self.posterior = nn.Sequential(
            nn.Flatten(),
            nn.Linear(config.folded, first),
            nn.ReLU(),
            nn.Linear(first, second),
            nn.ReLU(),
            nn.Linear(second, 2 * latent),
        )
        self.expand = nn.Sequential(
            nn.Linear(latent, second),
            nn.ReLU(),
            nn.Linear(second, first),
            nn.ReLU(),
            nn.Linear(first, config.folded),
            nn.ReLU(),
            nn.Unflatten(1, (config.filters[-1], config.height // 8, config.width // 8)),
        )
        self.image_decoder = growing(config.filters[-1], config.filters[::-1])
        if config.quick_start:
            init_he(self, self.posterior[-1], self.image_decoder)

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: FitInputs | None = None
    ) -> None:
        if self.config.quick_start:
            start_at_mean_colour(self.image_decoder, frames)

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        mean, log_variance = self.posterior(self.image_encoder(frames)).chunk(2, dim=1)
        return DiagonalGaussian(mean, log_variance)  # (B, D) each

    def decode(self, latents: Tensor) -> Tensor:
        return self.image_decoder(self.expand(latents))  # (B, 3, H, W)
