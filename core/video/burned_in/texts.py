"""Has the text in a video's picture read by a child process; decodes and reads nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import child
from core.errors import VideoUnreadable
from core.video import limits
from core.video.burned_in.merging import Shown
from core.video.burned_in.sorting import Sorted
from core.video.part import WHOLE, Part

_SILENCE_S = 300.0
_WALL_S = 24 * 3600.0


def read_texts(
    path: Path, name: str, report: Callable[[float, str], None], part: Part = WHOLE
) -> Sorted:
    """The subtitles and other text that stand in the picture. Raises VideoUnreadable."""
    found = Sorted([], [])
    request = {"file": str(path), "name": name, "part": [part.from_s, part.until_s]}
    try:
        for said in child.messages(
            "core.video.burned_in.looking",
            request,
            silence_s=_SILENCE_S,
            wall_s=_WALL_S,
            limits=child.Limits(limits.MEMORY_BYTES, int(2 * _WALL_S), limits.FILE_BYTES),
            environment={"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
        ):
            if "captions" in said:
                found = Sorted(*([Shown(*one) for one in said[kind]] for kind in Sorted.KINDS))
            else:
                report(said["done"] / said["of"], "Reading the picture")
    except child.ChildFailed as error:
        ended = "hang" if error.code is None else "stop"
        raise VideoUnreadable(
            f"{name} made the reading of its picture {ended}; try again, or give it a caption file."
        ) from error
    return found
