"""What each model is made of, as frozen dataclasses; imports no torch, so pages may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models.affinity.config import AffinityConfig
from models.compact_config import CompactConfig
from models.published.config import CrvaeConfig, DenseCvaeConfig, PureCvaeConfig
from models.settings import Centre, OneBlockSettings


@dataclass(frozen=True)
class PcaConfig(OneBlockSettings):
    """Exact principal components of the pixels: the baseline beside every model."""

    name: ClassVar[str] = "pca"
    title: ClassVar[str] = "PCA"
    summary: ClassVar[str] = "Exact, linear, ready in seconds. The baseline for every other model."

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


def centre_of(model: str) -> Centre:
    """What stands for several frames when a model of this name decodes them.

    That of a model that is not among these is the mean.
    """
    return MODELS[model].centre if model in MODELS else "mean"


def says_typical_words(model: str) -> bool:
    """Whether a model of this name says, of several frames, words that were really said."""
    return model in MODELS and MODELS[model].codes_words
