"""Any of open_clip's pretrained pairs of a picture and a text network; needs open_clip_torch.

Both networks give points of one space, so that words find pictures. open_clip downloads a model's
weights when it is first used, to its own cache. Radford et al., "Learning Transferable Visual
Models From Natural Language Supervision" (2021).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from core.errors import DownloadFailed, InvalidSetting
from core.video.features.optional import imported
from core.video.features.running import device, frozen, rows_of, transformed, unit

_RECIPE = 1  # count up when the numbers change for the same weights
_EXAMPLE = "open_clip:ViT-B-32/laion2b_s34b_b79k"


class _Loaded(NamedTuple):
    network: Any
    transform: Callable[[Image.Image], Tensor]
    size: int


class _Pictures(nn.Module):
    """The picture's half of a pair."""

    pair: Any

    def __init__(self, pair: Any) -> None:
        super().__init__()
        self.pair = pair

    def forward(self, pictures: Tensor) -> Tensor:
        return self.pair.encode_image(pictures)


class OpenClipModel:
    """One pair by open_clip's name and the tag of its weights, as ViT-B-32/laion2b_s34b_b79k."""

    def __init__(self, words: str) -> None:
        """Raises InvalidSetting without open_clip, or when it has no weights of that name."""
        self._open_clip = imported("open_clip")
        model, _, tag = words.partition("/")
        # Only names that open_clip itself lists: it would also take addresses and folders.
        if not self._open_clip.is_pretrained_cfg(model, tag):
            raise InvalidSetting(
                f"open_clip has no pretrained model {words!r}; choose MODEL/TAG from its list, "
                f"for example {_EXAMPLE}."
            )
        self._model, self._tag = model, tag
        self.name = f"{model} ({tag}, open_clip)"
        self.key = re.sub(r"[^\w-]", "_", f"open_clip-{model}-{tag}-{_RECIPE}")

    @property
    def size(self) -> int:
        """See Backbone; loads the network."""
        return self._loaded.size

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """See Backbone. Most models' preprocessing takes the middle of a wide picture."""
        return rows_of(_Pictures(self._loaded.network), pictures, self._prepared, self.size)

    def of_texts(self, texts: Sequence[str]) -> np.ndarray:
        """(T, size) float32, rows of length 1: where pictures lie that show what the texts say.

        What is longer than the network reads, some 75 words, is cut off.
        """
        tokens = self._open_clip.get_tokenizer(self._model)(list(texts))  # (T, L)
        with torch.inference_mode():
            rows = unit(self._loaded.network.encode_text(tokens.to(device())).float())
        return rows.cpu().numpy()

    def _prepared(self, pictures: Tensor) -> Tensor:
        return transformed(self._loaded.transform, pictures)

    @functools.cached_property
    def _loaded(self) -> _Loaded:
        try:
            pair, transform = self._open_clip.create_model_from_pretrained(
                self._model, pretrained=self._tag
            )
        except (OSError, RuntimeError) as error:  # no connection, or another file than promised
            raise DownloadFailed(
                f"open_clip cannot get the weights of {self._model} ({error}); connect to the "
                "internet, or set the picture features to efficientnet-lite2."
            ) from error
        network: Any = frozen(pair)
        grey = transform(Image.new("RGB", (64, 64)))[None].to(device())
        with torch.inference_mode():
            size = int(network.encode_image(grey).shape[1])
        return _Loaded(network, transform, size)
