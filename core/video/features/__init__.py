"""What a frozen pretrained network sees in each kept frame, computed once and read from disk."""

from core.video.features.backbone import Backbone
from core.video.features.choose import Available, backbones, open_backbone
from core.video.features.store import features

__all__ = ["Available", "Backbone", "backbones", "features", "open_backbone"]
