"""The published model of convolutions alone, whose latent is a map.

Source: Onder (2021), as re-implemented in Shi's first report (2023).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.interface import FitInputs, FrameModel
from models.latent import DiagonalGaussian
from models.published.blocks import growing, read_earlier_names, shrinking
from models.published.config import PureCvaeConfig
from models.published.init_he import init_he, start_at_mean_colour


class PureCvae(FrameModel):
    """(B, 3, H, W) <-> a map (B, D, H / 8, W / 8); what is clustered is the map's maxima, (B, D).

    Pooling forgets where the maxima were, so the vectors cannot be decoded; the maps can.
    """

    decodes_vectors = False

    def __init__(self, config: PureCvaeConfig) -> None:
        super().__init__()
        self.config = config
        read_earlier_names(self)
        self.register_buffer("prior_std", torch.ones(config.latent_size))
        self.image_encoder = shrinking(config.filters)
        self.posterior = nn.Conv2d(config.filters[-1], 2 * config.latent_size, 3, padding=1)
        self.image_decoder = growing(config.latent_size, config.filters[::-1])
        if config.quick_start:
            init_he(self, self.posterior, self.image_decoder)

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: FitInputs | None = None
    ) -> None:
        if self.config.quick_start:
            start_at_mean_colour(self.image_decoder, frames)

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        mean, log_variance = self.posterior(self.image_encoder(frames)).chunk(2, dim=1)
        return DiagonalGaussian(mean, log_variance)  # (B, D, H/8, W/8) each

    def decode(self, latents: Tensor) -> Tensor:
        return self.image_decoder(latents)  # (B, 3, H, W)

    def vectors(self, latents: Tensor) -> Tensor:
        return latents.amax(dim=(2, 3))  # (B, D)

    def sample(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Pictures of `count` maps drawn from the prior, each position by itself."""
        shape = (count, self.config.latent_size, self.config.height // 8, self.config.width // 8)
        noise = torch.randn(shape, generator=generator).to(self.prior_std)
        return self.decode(noise * self.prior_std[:, None, None])
