"""Frames as the address, a saved view and the map name them: "video:3", "video:0-12,15;other:3"."""

from __future__ import annotations

import re
from collections.abc import Container

import numpy as np

from core.records import FrameId
from core.storage.results import RowsOfFrames

_PART = re.compile(r"(.{1,80}):(\d{1,9}(?:-\d{1,9})?(?:,\d{1,9}(?:-\d{1,9})?)*)")
_DIGITS = 10


def frame_of(text: str | None, known: Container[FrameId]) -> list[FrameId]:
    """The frame named "video:index", if it is among those known."""
    video, _, index = (text or "").rpartition(":")
    if not (index.isdecimal() and len(index) < _DIGITS):
        return []
    frame = FrameId(video, int(index))
    return [frame] if frame in known else []


def frames_of(text: str, known: RowsOfFrames) -> list[FrameId]:
    """ "video:0-12,15;other:3" as frames, in the order of their rows.

    What cannot be read or is not known is passed over.
    """
    rows: list[int] = []
    for part in text.split(";"):
        matched = _PART.fullmatch(part)
        for stretch in matched[2].split(",") if matched else ():
            first, _, last = stretch.partition("-")
            for there in known.between(matched[1], int(first), int(last or first)):
                rows += there
    return known.frames(np.unique(np.array(rows, np.int64)))
