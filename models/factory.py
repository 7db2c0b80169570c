"""From a config to its model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.affinity.model import Affinity
from models.compact import Compact
from models.config import ModelConfig
from models.interface import FrameModel
from models.pca import Pca
from models.published.crvae import Crvae
from models.published.cvae import DenseCvae, PureCvae

_MODELS: dict[str, Callable[[Any], FrameModel]] = {
    "affinity": Affinity,
    "compact": Compact,
    "pure-cvae": PureCvae,
    "dense-cvae": DenseCvae,
    "crvae": Crvae,
    "pca": Pca,
}


def build(config: ModelConfig) -> FrameModel:
    """The untrained model that `config` describes."""
    return _MODELS[config.name](config)
