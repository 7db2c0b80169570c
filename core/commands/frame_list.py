"""Reads a list of frames as it is typed: VIDEO:INDEX, VIDEO:FIRST-LAST, or all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.commands import choices
from core.errors import InvalidSetting
from core.records import FrameId
from core.storage import Database

_FRAMES = re.compile(r"(?P<video>.+):(?P<first>\d{1,9})(-(?P<last>\d{1,9}))?")


def chosen_frames(db: Database, words: str, known: Sequence[FrameId]) -> list[FrameId]:
    """The frames meant, those of a range only where `known` has them.

    Raises InvalidSetting for what cannot be read, NotFound for a video that there is not.
    """
    if words.strip() == "all":
        return list(known)
    found: list[FrameId] = []
    for word in (part.strip() for part in words.split(",") if part.strip()):
        match = _FRAMES.fullmatch(word)
        if match is None:
            raise InvalidSetting(
                f"--frames takes VIDEO:INDEX or VIDEO:FIRST-LAST; {word!r} was given."
            )
        video_id = choices.video(db, match["video"]).id
        if match["last"] is None:
            found.append(FrameId(video_id, int(match["first"])))
        else:
            span = range(int(match["first"]), int(match["last"]) + 1)
            found += [f for f in known if f.video_id == video_id and f.index in span]
    if not found:
        raise InvalidSetting(f"No frame of this run is meant by {words!r}; choose others.")
    return found
