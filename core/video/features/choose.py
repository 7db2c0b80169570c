"""Which pretrained networks there are, and the one that a setting names."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import InvalidSetting
from core.video.features import efficientnet
from core.video.features.backbone import Backbone
from core.video.features.efficientnet import EfficientNetLite0
from core.video.features.optional import imported
from core.video.features.timm_models import TimmModel
from core.video.features.torchvision_models import TorchvisionModel

DEFAULT = efficientnet.SPEC
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
        Available(
            DEFAULT, "EfficientNet-lite0, 1,792 numbers, no download", _loads(EfficientNetLite0)
        ),
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
    """The network that `spec` names: "efficientnet-lite0", "torchvision:NAME" or "timm:NAME".

    The same object for the same name, so that its weights are read once. Raises InvalidSetting
    when there is no such network, or its package is missing.
    """
    if spec == DEFAULT:
        return EfficientNetLite0()
    if spec.startswith(_TORCHVISION):
        return TorchvisionModel(spec.removeprefix(_TORCHVISION))
    if spec.startswith(_TIMM):
        return TimmModel(spec.removeprefix(_TIMM))
    raise InvalidSetting(
        f"There are no picture features {spec!r}; choose {DEFAULT}, {_TORCHVISION}NAME or "
        f"{_TIMM}NAME."
    )


def _loads(opened: Callable[[], object]) -> bool:
    try:
        opened()
    except InvalidSetting:
        return False
    return True
