"""From a config to its model."""

from __future__ import annotations

from models.affinity.model import Affinity
from models.compact import Compact
from models.config import (
    AffinityConfig,
    CompactConfig,
    CrvaeConfig,
    DenseCvaeConfig,
    ModelConfig,
    PcaConfig,
    PureCvaeConfig,
)
from models.interface import FrameModel
from models.pca import Pca
from models.published.crvae import Crvae
from models.published.dense_cvae import DenseCvae
from models.published.pure_cvae import PureCvae


def build(config: ModelConfig) -> FrameModel:
    """The untrained model that `config` describes."""
    match config:
        case PcaConfig():
            return Pca(config)
        case PureCvaeConfig():
            return PureCvae(config)
        case DenseCvaeConfig():
            return DenseCvae(config)
        case CrvaeConfig():
            return Crvae(config)
        case CompactConfig():
            return Compact(config)
        case AffinityConfig():
            return Affinity(config)
