"""The child process that hears strangers' sound with the model: `python -m ...speech.listening`.

Asked for {"model": {"name", "version", "folder"}, "lengths": [samples of each window], "seconds":
{language: heard so far}, "wished": language}, with the windows as float32, it says {"reached":
seconds} as it goes and {"heard": {...}} for each window.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from core import child
from core.errors import OutOfMemory
from core.text.speech.hearing import Hearing, spoken_s, usual
from core.text.speech.model import Model

_UNFIT = ("bad_alloc", "allocate memory", "out of memory")  # as CTranslate2 and onnxruntime say it


def _answer(request: dict[str, Any], data: bytes, say: child.Say) -> None:
    """Raises InvalidSetting, OutOfMemory."""
    try:
        _hear(request, data, say)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not any(one in str(error) for one in _UNFIT):
            raise
        raise OutOfMemory("it needs more memory than it may take") from error


def _hear(request: dict[str, Any], data: bytes, say: child.Say) -> None:
    named = request["model"]
    folder = None if named["folder"] is None else Path(named["folder"])
    hearing = Hearing(Model(named["name"], named["version"], folder))
    seconds = defaultdict(float, request["seconds"])
    sound = np.frombuffer(data, "<f4")
    for end, length in zip(np.cumsum(request["lengths"]), request["lengths"], strict=True):
        window = sound[end - length : end]
        heard = hearing.hear(window, usual(seconds, request["wished"]), lambda s: say(reached=s))
        if heard.words:
            seconds[heard.language] += spoken_s(heard)
        say(heard=asdict(heard))


if __name__ == "__main__":
    sys.exit(child.serve(_answer))
