"""Any of torchvision's pretrained classifiers, without its last layer; needs torchvision.

torchvision downloads a model's weights when it is first used, to its own cache.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from torch import Tensor, nn

from core.errors import DownloadFailed, InvalidSetting
from core.video.features.optional import imported
from core.video.features.running import frozen, rows_of

_RECIPE = 1  # count up when the numbers change for the same weights


class TorchvisionModel:
    """The default weights of one model, its own preprocessing, and what its classifier saw."""

    def __init__(self, model: str) -> None:
        """Raises InvalidSetting without torchvision, or when it has no classifier `model`."""
        self._models = imported("torchvision.models")
        if model not in self._models.list_models(module=self._models):
            raise InvalidSetting(
                f"torchvision has no classifier {model!r}; choose another, for example resnet50."
            )
        self._model = model
        self._weights = self._models.get_model_weights(model).DEFAULT
        self._transforms = self._weights.transforms()
        self.name = f"{model} ({self._weights.name}, torchvision)"
        self.key = f"torchvision-{model}-{self._weights.name.lower()}-{_RECIPE}"

    @property
    def size(self) -> int:
        """See Backbone; loads the network."""
        return self._loaded[1]

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """See Backbone. The preprocessing takes the middle of a wide picture, as in training."""
        network, size = self._loaded
        return rows_of(network, pictures, self._prepared, size)

    def _prepared(self, pictures: Tensor) -> Tensor:
        return self._transforms(pictures.contiguous())

    @functools.cached_property
    def _loaded(self) -> tuple[nn.Module, int]:
        try:
            network = self._models.get_model(self._model, weights=self._weights, progress=False)
        except (OSError, RuntimeError) as error:  # no connection, or another file than promised
            raise DownloadFailed(
                f"torchvision cannot get the weights of {self._model} ({error}); connect to the "
                "internet, or set the picture features to efficientnet-lite2."
            ) from error
        size = _cut(network, self._model, len(self._weights.meta["categories"]))
        return frozen(network), size


def _cut(network: Any, model: str, classes: int) -> int:
    """Take the classifier's last layer away; how many numbers it took.

    Raises InvalidSetting when the model does not end in a linear layer, as squeezenet does not.
    """
    linear = [name for name, part in network.named_modules() if isinstance(part, nn.Linear)]
    last = network.get_submodule(linear[-1]) if linear else None
    if last is None or last.out_features != classes:
        raise InvalidSetting(
            f"torchvision's {model} does not end in a linear layer, so its features cannot be "
            "read; choose another, for example resnet50."
        )
    network.set_submodule(linear[-1], nn.Identity())
    return int(last.in_features)
