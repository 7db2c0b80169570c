"""Any of timm's pretrained models, without its classifier; needs timm, which needs torchvision.

timm downloads a model's weights when it is first used, to its own cache.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from core.errors import DownloadFailed, InvalidSetting
from core.video.features.optional import imported
from core.video.features.running import device, frozen, rows_of, transformed

_RECIPE = 1  # count up when the numbers change for the same weights


class _Loaded(NamedTuple):
    network: nn.Module
    transform: Callable[[Image.Image], Tensor]
    size: int


class TimmModel:
    """One model by timm's name, with or without a tag, such as vit_small_patch14_dinov2.lvd142m."""

    def __init__(self, model: str) -> None:
        """Raises InvalidSetting without timm, or when it has no weights of `model`."""
        self._timm, self._data = imported("timm"), imported("timm.data")
        # Only names that timm itself lists: it would also take addresses and folders.
        if not self._timm.is_model_pretrained(model):
            raise InvalidSetting(
                f"timm has no pretrained model {model!r}; choose another, for example "
                "vit_small_patch14_dinov2.lvd142m."
            )
        self._model = model
        tag = self._timm.get_pretrained_cfg(model).tag or "untagged"
        architecture = model.split(".")[0]
        self.name = f"{architecture} ({tag}, timm)"
        self.key = re.sub(r"[^\w-]", "_", f"timm-{architecture}-{tag}-{_RECIPE}")

    @property
    def size(self) -> int:
        """See Backbone; loads the network."""
        return self._loaded.size

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """See Backbone. Most models' preprocessing takes the middle of a wide picture."""
        return rows_of(self._loaded.network, pictures, self._prepared, self._loaded.size)

    def _prepared(self, pictures: Tensor) -> Tensor:
        return transformed(self._loaded.transform, pictures)

    @functools.cached_property
    def _loaded(self) -> _Loaded:
        try:
            network = self._timm.create_model(self._model, pretrained=True, num_classes=0)
        except (OSError, RuntimeError) as error:  # no connection, or another file than promised
            raise DownloadFailed(
                f"timm cannot get the weights of {self._model} ({error}); connect to the "
                "internet, or set the picture features to efficientnet-lite2."
            ) from error
        settings = self._data.resolve_model_data_config(network)
        transform = self._data.create_transform(**settings, is_training=False)
        network = frozen(network)
        return _Loaded(network, transform, _size(network, settings["input_size"], self._model))


def _size(network: nn.Module, input_size: tuple[int, int, int], model: str) -> int:
    """How many numbers the network gives: tried, since its attributes differ by family."""
    with torch.inference_mode():
        given = network(torch.zeros(1, *input_size, device=device()))
    if not isinstance(given, Tensor) or given.ndim != 2:
        raise InvalidSetting(
            f"timm's {model} does not give one row of numbers a picture; choose another."
        )
    return int(given.shape[1])
