"""Which pretrained networks there are, and the one that a setting names."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import InvalidSetting
from core.video.features.backbone import Backbone
from core.video.features.efficientnet import NETWORKS, EfficientNetLite
from core.video.features.optional import imported
from core.video.features.timm_models import TimmModel
from core.video.features.torchvision_models import TorchvisionModel

_TORCHVISION, _TIMM = "torchvision:", "timm:"


@dataclass(frozen=True)
class Available:
    """One way to get picture features, for people to choose from."""

    setting: str  # as open_backbone takes it
    about: str
    there: bool


def backbones() -> list[Available]:
    """What there is on this machine; imports the packages to see whether they load."""
    return [
        *map(_carried, NETWORKS),
        Available(
            f"{_TORCHVISION}MODEL",
            "any of torchvision's classifiers, such as torchvision:resnet50",
            _loads(lambda: imported("torchvision.models")),
        ),
        Available(
            f"{_TIMM}MODEL",
            "any of timm's models, such as timm:vit_small_patch14_dinov2.lvd142m",
            _loads(lambda: imported("timm")),
        ),
    ]


@functools.cache
def open_backbone(spec: str) -> Backbone:
    """The network that `spec` names: one of NETWORKS, "torchvision:NAME" or "timm:NAME".

    The same object for the same name, so that its weights are read once. Raises InvalidSetting
    when there is no such network, or its package is missing.
    """
    if spec in NETWORKS:
        return EfficientNetLite(spec)
    if spec.startswith(_TORCHVISION):
        return TorchvisionModel(spec.removeprefix(_TORCHVISION))
    if spec.startswith(_TIMM):
        return TimmModel(spec.removeprefix(_TIMM))
    raise InvalidSetting(
        f"There are no picture features {spec!r}; choose {', '.join(NETWORKS)}, "
        f"{_TORCHVISION}NAME or {_TIMM}NAME."
    )


def _carried(spec: str) -> Available:
    size = sum(NETWORKS[spec].widths)
    about = f"{spec.replace('efficientnet', 'EfficientNet')}, {size:,} numbers, no download"
    return Available(spec, about, _loads(lambda: EfficientNetLite(spec)))


def _loads(opened: Callable[[], object]) -> bool:
    try:
        opened()
    except InvalidSetting:
        return False
    return True
