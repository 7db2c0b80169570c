"""What each model is made of, as frozen dataclasses; imports no torch, so pages may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models.affinity.config import AffinityConfig
from models.checks import check_picture, check_range
from models.compact_config import CompactConfig
from models.published.config import DenseCvaeConfig, PureCvaeConfig
from models.published.crvae_config import CrvaeConfig


@dataclass(frozen=True)
class PcaConfig:
    """Exact principal components of the pixels: the baseline beside every model."""

    name: ClassVar[str] = "pca"
    title: ClassVar[str] = "PCA"
    summary: ClassVar[str] = "Exact, linear, ready in seconds. The baseline for every other model."
    decodes_vectors: ClassVar[bool] = True

    width: int = 200
    height: int = 120
    latent_size: int = 64

    def __post_init__(self) -> None:
        check_picture(self.width, self.height)
        check_range("latent_size", self.latent_size, 1, 4096)

    @property
    def blocks(self) -> dict[str, int]:
        """The parts of the latent in their order, and how many numbers each has."""
        return {"latent": self.latent_size}

    def parameters(self) -> int:
        """Components, mean and the components' variances."""
        return (self.latent_size + 1) * self.width * self.height * 3 + self.latent_size


WordConfig = CrvaeConfig | AffinityConfig  # of the models that carry words
ModelConfig = (
    PcaConfig | PureCvaeConfig | DenseCvaeConfig | CrvaeConfig | CompactConfig | AffinityConfig
)
MODELS: dict[str, type[ModelConfig]] = {
    config.name: config
    for config in (
        AffinityConfig,
        CompactConfig,
        PureCvaeConfig,
        DenseCvaeConfig,
        CrvaeConfig,
        PcaConfig,
    )
}
