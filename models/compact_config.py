"""The settings of the compact model; imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models.settings import OneBlockSettings, ranged

# Pictures behind each component of the basis, frames and crops together, no fewer than 256 in all,
# and of large pictures no more numbers than this. And cosines: with more nothing is gained.
_ROWS, _FEWEST, _VALUES, _COSINES = 4, 256, 350_000_000, 2


@dataclass(frozen=True)
class CompactConfig(OneBlockSettings):
    """A convolutional VAE around a fixed linear path; see models.compact."""

    name: ClassVar[str] = "compact"
    title: ClassVar[str] = "Compact VAE"
    summary: ClassVar[str] = (
        "Our convolutional VAE: minutes on a laptop, and far better than PCA on unseen frames."
    )

    latent_size: int = ranged(320, 2, 1000)
    # Of the basis: the frames themselves; the rest is random crops of them, and cosines
    frame_weight: float = ranged(0.5, 0.01, 0.99)
    channels: int = ranged(64, 4, 512)  # of the convolutions
    maps: int = ranged(16, 1, 256)  # feature maps that the decoder unfolds from the latent
    beta: float = ranged(1.0, 0.0, 1e4)
    free_bits: float = ranged(0.0, 0.0, 100.0)
    crop_share: float = ranged(0.5, 0.0, 1.0)  # of each batch: random crops, half of them mirrored

    @property
    def basis_pictures(self) -> int:
        """How many frames and crops the linear path's basis is computed from, all in memory."""
        most = _VALUES // (3 * self.width * self.height)
        return max(_FEWEST, min(_ROWS * self.latent_size, most))

    @property
    def basis_cosines(self) -> int:
        """How many cosines beside them, see models.cosines."""
        return min(_COSINES * self.latent_size, 3 * self.width * self.height)

    def parameters(self) -> int:
        """Trained and fixed numbers alike; the test counts them in the model."""
        latent, c, maps, folded = self.latent_size, self.channels, self.maps, 192
        rows, columns = self.height // 8, self.width // 8
        fixed = (latent + 1) * self.width * self.height * 3 + latent
        residual = 2 * (9 * c * c + c)
        half = c // 2
        seen = half * -(-rows // 2) * -(-columns // 2)
        look = (folded * c + c) + residual + (9 * c * half + half)
        unfold = (latent + 1) * maps * rows * columns
        refine = ((folded + maps) * c + c) + 2 * residual + (c * folded + folded)
        return fixed + look + (seen + 1) * 2 * latent + unfold + refine
