"""Which pretrained networks there are, and the one that a setting names."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import InvalidSetting
from core.video.features.backbone import Backbone
from core.video.features.efficientnet import NETWORKS, EfficientNetLite
from core.video.features.open_clip_models import OpenClipModel
from core.video.features.optional import imported
from core.video.features.timm_models import TimmModel
from core.video.features.torchvision_models import TorchvisionModel
from models.affinity.config import OPEN_CLIP

TORCHVISION, TIMM = "torchvision:", "timm:"


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
            f"{TORCHVISION}MODEL",
            "any of torchvision's classifiers, such as torchvision:resnet50",
            _loads(lambda: imported("torchvision.models")),
        ),
        Available(
            f"{TIMM}MODEL",
            "any of timm's models, such as timm:vit_small_patch14_dinov2.lvd142m",
            _loads(lambda: imported("timm")),
        ),
        Available(
            f"{OPEN_CLIP}MODEL/TAG",
            "any of open_clip's, such as open_clip:ViT-B-32/laion2b_s34b_b79k; words find pictures",
            _loads(lambda: imported("open_clip")),
        ),
    ]


@functools.cache
def open_backbone(spec: str) -> Backbone:
    """The network that `spec` names: of NETWORKS, "torchvision:NAME", "timm:NAME" or
    "open_clip:NAME/TAG".

    The same object for the same name, so that its weights are read once. Raises InvalidSetting
    when there is no such network, or its package is missing.
    """
    if spec in NETWORKS:
        return EfficientNetLite(spec)
    if spec.startswith(TORCHVISION):
        return TorchvisionModel(spec.removeprefix(TORCHVISION))
    if spec.startswith(TIMM):
        return TimmModel(spec.removeprefix(TIMM))
    if spec.startswith(OPEN_CLIP):
        return OpenClipModel(spec.removeprefix(OPEN_CLIP))
    raise InvalidSetting(
        f"There are no picture features {spec!r}; choose {', '.join(NETWORKS)}, "
        f"{TORCHVISION}NAME, {TIMM}NAME or {OPEN_CLIP}NAME/TAG."
    )


def open_text_backbone(spec: str) -> OpenClipModel:
    """The same where it has a network for texts too. Raises InvalidSetting."""
    backbone = open_backbone(spec)
    if not isinstance(backbone, OpenClipModel):
        raise InvalidSetting(f"{backbone.name} knows no words; choose {OPEN_CLIP}MODEL/TAG.")
    return backbone


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
