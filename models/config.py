"""What each model is made of, as frozen dataclasses; imports no torch, so pages may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class PcaConfig:
    """Exact principal components of the pixels: the baseline beside every model."""

    name: ClassVar[str] = "pca"
    title: ClassVar[str] = "PCA"
    summary: ClassVar[str] = "Exact, linear, ready in seconds. The baseline for every other model."

    width: int = 200
    height: int = 120
    latent_size: int = 64

    def __post_init__(self) -> None:
        _check_picture(self.width, self.height)
        _check_range("latent_size", self.latent_size, 1, 4096)

    def parameters(self) -> int:
        """Components, mean and the components' variances."""
        return (self.latent_size + 1) * self.width * self.height * 3 + self.latent_size


@dataclass(frozen=True)
class CompactConfig:
    """A small convolutional VAE whose linear path starts as PCA."""

    name: ClassVar[str] = "compact"
    title: ClassVar[str] = "Compact VAE"
    summary: ClassVar[str] = "Our convolutional VAE: minutes on a laptop, sharper than PCA."

    width: int = 200
    height: int = 120
    latent_size: int = 128
    channels: int = 24
    beta: float = 1.0

    def __post_init__(self) -> None:
        _check_picture(self.width, self.height)
        _check_range("latent_size", self.latent_size, 2, 4096)
        _check_range("channels", self.channels, 4, 512)
        _check_range("beta", self.beta, 0.0, 1e4)

    def parameters(self) -> int:
        raise NotImplementedError  # written with the model


ModelConfig = PcaConfig | CompactConfig
MODELS: dict[str, type[PcaConfig] | type[CompactConfig]] = {
    config.name: config for config in (PcaConfig, CompactConfig)
}


def _check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise ValueError unless low <= value <= high (NaN fails too)."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}; {value} was given.")


def _check_picture(width: int, height: int) -> None:
    _check_range("width", width, 40, 1024)
    _check_range("height", height, 24, 1024)
    if width % 8 or height % 8:
        raise ValueError(f"width and height must be multiples of 8; {width} x {height} was given.")
