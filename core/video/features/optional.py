"""Imports packages that need not be there, or that are there and do not run."""

from __future__ import annotations

import importlib
from typing import Any

from core.errors import InvalidSetting

_INSTEAD = "or set the picture features to efficientnet-lite2"


def imported(module: str) -> Any:
    """The module named. Raises InvalidSetting when it is not installed or does not load.

    torchvision's wheel does not load beside a CPU build of torch (RuntimeError: operator
    torchvision::nms does not exist); timm needs torchvision.
    """
    package = module.split(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise InvalidSetting(
            f"{package} is not usable here ({error}); run: pip install {package}, {_INSTEAD}."
        ) from error
    except (ImportError, RuntimeError, OSError) as error:
        raise InvalidSetting(
            f"{package} is installed but does not load ({error}); install the build that fits "
            f"this machine's torch, {_INSTEAD}."
        ) from error
