"""Has windows of sound heard by a child process under limits; hears nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core import child
from core.errors import CaptionsUnavailable, OutOfMemory
from core.text.speech.hearing import RATE, Heard, Word, on_gpu
from core.text.speech.model import Model

AT_ONCE = 5  # windows: loading the model for them takes a hundredth of hearing them
_MEMORY_BYTES = 6 * 1024**3  # as of what decodes; the packaged model needs addresses for 2.6 GB
_OF_MODEL = 3  # times the size of a model that somebody brought
_SLOWEST = 60.0  # seconds for a second of sound: nobody waits for longer
_LOADING_S = 300.0
_SILENCE_S = 900.0  # half a minute of sound by a large model on a busy machine


def listen(
    model: Model,
    windows: Sequence[np.ndarray],
    name: str,
    seconds: Mapping[str, float],
    wished: str,
    reached: Callable[[int, float], None],
) -> Iterator[Heard]:
    """What is said in each window, (n,) float32 of 16 kHz, of the video called `name`.

    `seconds` were heard of each language before, else `wished` is the usual one; `reached` is
    called with the place of a window and seconds in it. The child has no network and bounded
    memory and time, but on a GPU, whose driver needs more than can be told.

    Raises CaptionsUnavailable where it was stopped or did not fit, InvalidSetting.
    """
    lengths = [len(window) for window in windows]
    request = {
        "model": {
            "name": model.name,
            "version": model.version,
            "folder": None if model.folder is None else str(model.folder),
        },
        "lengths": lengths,
        "seconds": dict(seconds),
        "wished": wished,
    }
    wall_s = _LOADING_S + _SLOWEST * sum(lengths) / RATE
    place = 0
    try:
        for said in child.messages(
            "core.text.speech.listening",
            request,
            data=b"".join(window.astype("<f4").tobytes() for window in windows),
            silence_s=_SILENCE_S,
            wall_s=wall_s,
            limits=None if on_gpu() else _limits(model, wall_s),
            network=on_gpu(),
        ):
            if "reached" in said:
                reached(place, said["reached"])
            else:
                yield known(said["heard"])
                place += 1
    except child.ChildFailed as error:
        how = "took too long" if error.code is None else "was stopped by this system"
        raise CaptionsUnavailable(_said(name, model, how)) from error
    except OutOfMemory as error:
        raise CaptionsUnavailable(_said(name, model, str(error))) from error


def known(said: Mapping[str, Any]) -> Heard:
    """What was heard, of its JSON. Raises KeyError, TypeError where it is none."""
    return Heard(
        said["language"], said["probability"], tuple(Word(*word) for word in said["words"])
    )


def _limits(model: Model, wall_s: float) -> child.Limits:
    brought = 0 if model.folder is None else (model.folder / "model.bin").stat().st_size
    return child.Limits(_MEMORY_BYTES + _OF_MODEL * brought, int(4 * wall_s), file_bytes=0)


def _said(name: str, model: Model, how: str) -> str:
    return (
        f"Hearing {name} with {model.name} {how}; close other programs and try again, name a "
        "smaller model in AFFINITY_WHISPER, or give it a caption file."
    )
