"""Our convolutional VAE: a fixed linear path that knows these frames and frames like them, and
convolutions on both sides that learn what is not linear.

The linear path's basis is the principal components of the frames, of random crops of them, half of
them mirrored, and of cosines as strong as they are in the crops. Crops and cosines are what lets
the model reconstruct frames that it has not seen: the components are those of pictures like these,
not of the sample.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle, silu

from models.augment import draw_crops, random_crops
from models.compact_config import CompactConfig
from models.cosines import cosine_rows
from models.interface import FitInputs, FrameModel
from models.latent import DiagonalGaussian
from models.linear import components_of_rows, mean_picture

_PATCH = 8  # pixels: convolutions run on the picture folded 8 x 8 into channels
_FRAMES = 0.5  # of the pictures behind the basis are frames at most
_OF_COSINES = 0.8  # of the weight that is not the frames'
_AT_ONCE = 256  # crops that are made together
_FIRST_LOG_VARIANCE = -6.0  # relative to the prior: the posterior starts narrow


class Residual(nn.Module):
    """Two 3 x 3 convolutions around a skip; does nothing until it has learned to."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = zero_init(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(silu(self.first(silu(x))))


class Compact(FrameModel):
    """See the module's docstring; (B, 3, H, W) <-> (B, D)."""

    mean: Tensor  # (P,)
    basis: Tensor  # (P, D), orthonormal columns

    def __init__(self, config: CompactConfig) -> None:
        super().__init__()
        self.config = config
        values, latent = 3 * config.height * config.width, config.latent_size
        self.rows, self.columns = config.height // _PATCH, config.width // _PATCH
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("basis", torch.zeros(values, latent))
        self.register_buffer("prior_std", torch.ones(latent))
        folded, channels = 3 * _PATCH**2, config.channels
        self.look = nn.Sequential(
            nn.PixelUnshuffle(_PATCH),  # (B, 192, H/8, W/8)
            nn.Conv2d(folded, channels, 1),
            Residual(channels),
            nn.Conv2d(channels, channels // 2, 3, stride=2, padding=1),
            nn.SiLU(),
            nn.Flatten(),
        )
        seen = channels // 2 * -(-self.rows // 2) * -(-self.columns // 2)
        self.posterior = zero_init(nn.Linear(seen, 2 * latent))
        self.unfold = nn.Linear(latent, config.maps * self.rows * self.columns)
        self.refine = nn.Sequential(
            nn.Conv2d(folded + config.maps, channels, 1),
            Residual(channels),
            Residual(channels),
            zero_init(nn.Conv2d(channels, folded, 1)),
        )

    @property
    def crop_share(self) -> float:
        return float(self.config.crop_share)

    def prepare(
        self, frames: Tensor, generator: torch.Generator, beside: FitInputs | None = None
    ) -> None:
        self.mean.copy_(mean_picture(frames))
        latent, share = self.config.latent_size, self.config.frame_weight
        rows, own = self._rows(frames, generator)
        count = self.config.basis_pictures
        squares = torch.ones(len(rows), 1)
        squares[:own] = share / own
        squares[own:count] = (1 - share) * (1 - _OF_COSINES) / (count - own)
        squares[count:] = (1 - share) * _OF_COSINES
        rows *= squares.sqrt()
        basis, _ = components_of_rows(rows, latent, torch.float32)
        self.basis.copy_(basis)
        coordinates = (rows[:count] @ basis) / squares[:count].sqrt()
        self.prior_std.copy_(_spread(coordinates[:own], coordinates[own:]))

    def encode(
        self, frames: Tensor, words: Tensor | None = None, features: Tensor | None = None
    ) -> DiagonalGaussian:
        centred = frames.flatten(1) - self.mean  # (B, P)
        shift, log_variance = self.posterior(self.look(centred.view_as(frames))).chunk(2, dim=1)
        mean = centred @ self.basis + shift * self.prior_std  # (B, D)
        prior = 2 * self.prior_std.log()
        return DiagonalGaussian(mean, log_variance + _FIRST_LOG_VARIANCE + prior)

    def decode(self, latents: Tensor) -> Tensor:
        shape = (-1, 3, self.config.height, self.config.width)
        linear = (latents @ self.basis.T + self.mean).view(shape)
        maps = self.unfold(latents / self.prior_std)
        maps = maps.view(-1, self.config.maps, self.rows, self.columns)
        folded = torch.cat([pixel_unshuffle(linear - 0.5, _PATCH), maps], dim=1)
        return linear + pixel_shuffle(self.refine(folded), _PATCH)  # (B, 3, H, W)

    def _rows(self, frames: Tensor, generator: torch.Generator) -> tuple[Tensor, int]:
        """(R, P): evenly spread frames, crops, cosines, all centred; and how many are frames."""
        count, cosines = self.config.basis_pictures, self.config.basis_cosines
        own = min(len(frames), int(_FRAMES * count))
        rows = torch.empty(count + cosines, len(self.mean))
        rows[:own] = frames[torch.linspace(0, len(frames) - 1, own).long()].flatten(1)
        rows[:own] /= 255
        for part in rows[own:count].split(_AT_ONCE):
            chosen = torch.randint(len(frames), (len(part),), generator=generator)
            draw = draw_crops(len(part), generator)
            part[:] = random_crops(frames[chosen].float().div_(255), draw).flatten(1)
        rows[:count] -= self.mean
        rows[count:] = cosine_rows(rows[own:count].view(-1, *frames.shape[1:]), cosines)
        return rows, own


def _spread(own: Tensor, crops: Tensor) -> Tensor:
    """Each dimension's root mean square over frames and crops, half each."""
    squares = own.square().mean(0) + crops.square().mean(0)
    return (0.5 * squares).sqrt().clamp_min(1e-4)


def zero_init(layer: nn.Linear | nn.Conv2d) -> nn.Linear | nn.Conv2d:
    """The layer with weights and bias zero: its part begins as nothing."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer
