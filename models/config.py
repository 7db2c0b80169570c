"""What each model is made of, as frozen dataclasses; imports no torch, so pages may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from models.affinity.config import AffinityConfig
from models.compact_config import CompactConfig
from models.published.config import CrvaeConfig, DenseCvaeConfig, PureCvaeConfig
from models.settings import OneBlockSettings


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
_PUBLISHED = (PureCvaeConfig, DenseCvaeConfig, CrvaeConfig)


def centre_of(model: str) -> Literal["mode", "mean", "frame"]:
    """What stands for several frames when a model of this name decodes them.

    The published models' is their mean, as published; a model that decodes only the maps of frames
    has the frame nearest to it. So has one that is not among these the mean.
    """
    config = MODELS.get(model)
    if config is not None and not config.decodes_vectors:
        return "frame"
    return "mean" if config is None or config in _PUBLISHED else "mode"


def says_typical_words(model: str) -> bool:
    """Whether its words are a code of captions, so that at a mean of several they are none's.

    Words that were really said stand there instead; core.pipeline.comparison.typical_words.
    """
    return model == AffinityConfig.name
