"""The two published models of pictures alone: of convolutions, and of dense layers after them.

Sources: Onder (2021) for the first, as re-implemented in Shi's first report (2023); the same
report, "Dense CVAE", for the second.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.published.blocks import Dense, PublishedModel, growing
from models.published.config import DenseCvaeConfig, PureCvaeConfig
from models.published.init_he import init_he


class PureCvae(PublishedModel):
    """(B, 3, H, W) <-> a map (B, D, H / 8, W / 8); what is clustered is the map's maxima, (B, D).

    Pooling forgets where the maxima were, so the vectors cannot be decoded; the maps can.
    """

    decodes_vectors = False

    def __init__(self, config: PureCvaeConfig) -> None:
        super().__init__(config)
        self.posterior = nn.Conv2d(config.filters[-1], 2 * config.latent_size, 3, padding=1)
        self.image_decoder = growing(config.latent_size, config.filters[::-1])
        if config.quick_start:
            init_he(self, self.posterior, self.image_decoder)

    def decode(self, latents: Tensor) -> Tensor:
        return self.image_decoder(latents)  # (B, 3, H, W)

    def vectors(self, latents: Tensor) -> Tensor:
        return latents.amax(dim=(2, 3))  # (B, D)

    def sample(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Pictures of `count` maps drawn from the prior, each position by itself."""
        shape = (count, self.config.latent_size, self.config.height // 8, self.config.width // 8)
        noise = torch.randn(shape, generator=generator).to(self.prior_std)
        return self.decode(noise * self.prior_std[:, None, None])


class DenseCvae(PublishedModel):
    """(B, 3, H, W) <-> (B, D): one vector for each frame."""

    def __init__(self, config: DenseCvaeConfig) -> None:
        super().__init__(config)
        first, second, latent = config.first_dense, config.second_dense, config.latent_size
        self.posterior = nn.Sequential(
            nn.Flatten(),
            Dense(config.folded, first),
            nn.ReLU(),
            Dense(first, second),
            nn.ReLU(),
            Dense(second, 2 * latent),
        )
        self.expand = nn.Sequential(
            Dense(latent, second),
            nn.ReLU(),
            Dense(second, first),
            nn.ReLU(),
            Dense(first, config.folded),
            nn.ReLU(),
            nn.Unflatten(1, (config.filters[-1], config.height // 8, config.width // 8)),
        )
        self.image_decoder = growing(config.filters[-1], config.filters[::-1])
        if config.quick_start:
            init_he(self, self.posterior[-1], self.image_decoder)

    def decode(self, latents: Tensor) -> Tensor:
        return self.image_decoder(self.expand(latents))  # (B, 3, H, W)
