"""From a config to its model."""

from __future__ import annotations

from models.compact import Compact
from models.config import CompactConfig, ModelConfig, PcaConfig
from models.interface import FrameModel
from models.pca import Pca


def build(config: ModelConfig) -> FrameModel:
    """The untrained model that `config` describes."""
    match config:
        case PcaConfig():
            return Pca(config)
        case CompactConfig():
            return Compact(config)
