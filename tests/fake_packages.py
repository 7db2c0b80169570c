"""Stand-ins for torchvision, timm and open_clip: the real signatures over tiny networks."""

from __future__ import annotations

import enum
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

TORCHVISION, TIMM = "torchvision:resnet50", "timm:vit_small.lvd142m"
OPEN_CLIP = "open_clip:ViT-B-32/laion2b"
COLOURS = ("red", "green", "blue")  # the words that the stand-in for open_clip knows
CLASSES, WIDTH = 10, 6
_SIDE = 8


class Classifier(nn.Module):
    """A convolution, its mean, and a classifier that `num_classes` 0 leaves out, as in timm."""

    def __init__(self, num_classes: int = CLASSES) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.conv = nn.Conv2d(3, WIDTH, 3)
        self.fc = nn.Linear(WIDTH, num_classes) if num_classes else nn.Identity()

    def forward(self, pictures: Tensor) -> Tensor:
        assert pictures.shape[1:] == (3, _SIDE, _SIDE)
        assert pictures.dtype == torch.float32
        return self.fc(self.conv(pictures).mean((2, 3)))


class Convolutional(nn.Module):
    """A classifier without a linear layer, as squeezenet is."""

    def __init__(self) -> None:
        super().__init__()
        self.classifier = nn.Conv2d(3, CLASSES, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.classifier(pictures).mean((2, 3))


class Weights(enum.Enum):
    """As torchvision's WeightsEnum: `transforms` builds the preprocessing, `meta` says the rest."""

    IMAGENET1K_V1 = 1
    IMAGENET1K_V2 = 2
    DEFAULT = IMAGENET1K_V2

    @property
    def meta(self) -> dict[str, Any]:
        return {"categories": [f"class {n}" for n in range(CLASSES)]}

    def transforms(self) -> Callable[[Tensor], Tensor]:
        return _preset


def _preset(pictures: Tensor) -> Tensor:
    """(..., 3, H, W) bytes -> (..., 3, 8, 8), as torchvision's presets for classifiers."""
    assert pictures.dtype == torch.uint8
    size = (_SIDE, _SIDE)
    return nn.functional.interpolate(pictures.float() / 255, size, mode="bilinear", antialias=True)


def put_torchvision(monkeypatch: pytest.MonkeyPatch, failing: Exception | None = None) -> None:
    """Make `import torchvision.models` give a stand-in; `failing` is raised for want of weights."""
    models = types.ModuleType("torchvision.models")
    built = {"resnet50": Classifier, "squeezenet1_0": Convolutional}

    def list_models(module: types.ModuleType | None = None) -> list[str]:
        return sorted(built if module is models else [*built, "fasterrcnn_resnet50_fpn"])

    def get_model_weights(name: str) -> type[Weights]:
        return dict.fromkeys(built, Weights)[name]

    def get_model(name: str, *, weights: Weights | None = None, progress: bool = True) -> nn.Module:
        assert isinstance(weights, Weights)
        if failing is not None:
            raise failing
        return built[name]()

    for function in (list_models, get_model_weights, get_model):
        setattr(models, function.__name__, function)
    _put(monkeypatch, models)


def put_timm(monkeypatch: pytest.MonkeyPatch, failing: Exception | None = None) -> None:
    """Make `import timm` and `import timm.data` give stand-ins."""
    timm, data = types.ModuleType("timm"), types.ModuleType("timm.data")
    known = {"vit_small": "lvd142m", "vit_small.lvd142m": "lvd142m", "old": None}

    def is_model_pretrained(model_name: str) -> bool:
        return model_name in known

    def get_pretrained_cfg(model_name: str, allow_unregistered: bool = True) -> Any:
        return types.SimpleNamespace(tag=known[model_name])

    def create_model(model_name: str, pretrained: bool = False, **kwargs: Any) -> nn.Module:
        assert pretrained
        if failing is not None:
            raise failing
        return Convolutional() if model_name == "old" else Classifier(**kwargs)

    def resolve_model_data_config(model: nn.Module) -> dict[str, Any]:
        return {"input_size": (3, _SIDE, _SIDE), "interpolation": "bicubic", "crop_pct": 1.0}

    def create_transform(
        input_size: tuple[int, int, int],
        is_training: bool = False,
        interpolation: str = "bilinear",
        crop_pct: float | None = None,
    ) -> Callable[[Image.Image], Tensor]:
        assert not is_training
        assert interpolation == "bicubic"

        def transform(picture: Image.Image) -> Tensor:
            small = np.array(picture.resize(input_size[:0:-1]))
            return torch.from_numpy(small).permute(2, 0, 1).float() / 255

        return transform

    for function in (is_model_pretrained, get_pretrained_cfg, create_model):
        setattr(timm, function.__name__, function)
    for function in (resolve_model_data_config, create_transform):
        setattr(data, function.__name__, function)
    _put(monkeypatch, timm)
    _put(monkeypatch, data)


class Pair(nn.Module):
    """As open_clip's CLIP: both halves give points of one space, here the colours of a picture."""

    def encode_image(self, image: Tensor, normalize: bool = False) -> Tensor:
        assert image.shape[1:] == (3, _SIDE, _SIDE)
        return image.mean((2, 3)) + 0.01

    def encode_text(self, text: Tensor, normalize: bool = False) -> Tensor:
        assert text.dtype == torch.int64
        return torch.stack([(text == number).sum(1) for number in range(1, 4)], dim=1).float()


def put_open_clip(monkeypatch: pytest.MonkeyPatch, failing: Exception | None = None) -> None:
    """Make `import open_clip` give a stand-in with the functions of its version 3 used here."""
    open_clip = types.ModuleType("open_clip")

    def is_pretrained_cfg(model: str, tag: str) -> bool:
        return (model, tag) == ("ViT-B-32", "laion2b")

    def create_model_from_pretrained(
        model_name: str, pretrained: str | None = None, **kwargs: Any
    ) -> tuple[nn.Module, Callable[[Image.Image], Tensor]]:
        assert is_pretrained_cfg(model_name, pretrained or "")
        if failing is not None:
            raise failing

        def transform(picture: Image.Image) -> Tensor:
            small = np.array(picture.convert("RGB").resize((_SIDE, _SIDE)))
            return torch.from_numpy(small).permute(2, 0, 1).float() / 255

        return Pair(), transform

    def get_tokenizer(model_name: str = "", **kwargs: Any) -> Callable[[list[str]], Tensor]:
        def tokenize(texts: list[str]) -> Tensor:
            rows = [[1 + COLOURS.index(w) for w in t.split() if w in COLOURS] for t in texts]
            return torch.tensor([(row + [0] * 5)[:5] for row in rows])

        return tokenize

    for function in (is_pretrained_cfg, create_model_from_pretrained, get_tokenizer):
        setattr(open_clip, function.__name__, function)
    _put(monkeypatch, open_clip)


def break_package(monkeypatch: pytest.MonkeyPatch, package: str, error: Exception) -> None:
    """Make importing `package`, or a part of it, raise `error`, whether it is installed or not."""

    class Finder:
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
            if name.split(".")[0] == package:
                raise error

    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])


def _put(monkeypatch: pytest.MonkeyPatch, module: types.ModuleType) -> None:
    monkeypatch.setitem(sys.modules, module.__name__, module)
