"""Reads frames of the library as they are typed: VIDEO:INDEX or VIDEO:FIRST-LAST."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.commands import choices
from core.errors import InvalidSetting
from core.records import FrameId
from core.storage import Database, videos

_FRAMES = re.compile(r"(?P<video>.+):(?P<first>\d{1,9})(-(?P<last>\d{1,9}))?")


def library_frames(db: Database, words: Iterable[str]) -> list[FrameId]:
    """The frames meant, of a range those that are there.

    Raises InvalidSetting for what cannot be read or means no frame, NotFound for an unknown video.
    """
    found: list[FrameId] = []
    for word in words:
        match = _FRAMES.fullmatch(word)
        if match is None:
            raise InvalidSetting(f"Frames are VIDEO:INDEX or VIDEO:FIRST-LAST; {word!r} was given.")
        video = choices.video(db, match["video"])
        first, last = int(match["first"]), int(match["last"] or match["first"])
        known = [f.id for f in videos.frames_of(db, video.id) if first <= f.index <= last]
        if not known:
            raise InvalidSetting(f"{word!r} means no frame: {video.id} has {video.frames} of them.")
        found += known
    return found
