"""The settings of the compact model; imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models.checks import check_picture, check_range


@dataclass(frozen=True)
class CompactConfig:
    """A convolutional VAE around a fixed linear path; see models.compact."""

    name: ClassVar[str] = "compact"
    title: ClassVar[str] = "Compact VAE"
    summary: ClassVar[str] = (
        "Our convolutional VAE: minutes on a laptop, and far better than PCA on unseen frames."
    )
    decodes_vectors: ClassVar[bool] = True

    width: int = 200
    height: int = 120
    latent_size: int = 320
    own_components: int = 160  # of the latent: directions of the frames themselves
    channels: int = 64  # of the convolutions
    maps: int = 16  # feature maps that the decoder unfolds from the latent
    beta: float = 1.0
    free_bits: float = 0.0
    crop_share: float = 0.5  # of each batch: random crops of frames, half of them mirrored

    def __post_init__(self) -> None:
        check_picture(self.width, self.height)
        check_range("latent_size", self.latent_size, 2, 1000)
        check_range("own_components", self.own_components, 1, self.latent_size - 1)
        check_range("channels", self.channels, 4, 512)
        check_range("maps", self.maps, 1, 256)
        check_range("beta", self.beta, 0.0, 1e4)
        check_range("free_bits", self.free_bits, 0.0, 100.0)
        check_range("crop_share", self.crop_share, 0.0, 1.0)

    @property
    def blocks(self) -> dict[str, int]:
        """The parts of the latent in their order, and how many numbers each has."""
        return {"latent": self.latent_size}

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
