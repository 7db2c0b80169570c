"""Reads a list of frames as it is typed: VIDEO:INDEX, VIDEO:FIRST-LAST, a selection, or all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.commands import choices
from core.errors import InvalidSetting
from core.records import FrameId
from core.storage import Database, selections

_FRAMES = re.compile(r"(?P<video>.+):(?P<first>\d{1,9})(-(?P<last>\d{1,9}))?")


def chosen_frames(db: Database, words: str, known: Sequence[FrameId]) -> list[FrameId]:
    """The frames meant; of a range or a saved selection only those that `known` has.

    Raises InvalidSetting for what cannot be read, NotFound for a video that there is not.
    """
    if words.strip() == "all":
        return list(known)
    if words in selections.counts(db):
        own = set(known)
        found = [frame for frame in selections.get(db, words).frames if frame in own]
    else:
        found = _typed(db, words, known)
    if not found:
        raise InvalidSetting(f"No frame of this run is meant by {words!r}; choose others.")
    return found


def _typed(db: Database, words: str, known: Sequence[FrameId]) -> list[FrameId]:
    found: list[FrameId] = []
    for word in (part.strip() for part in words.split(",") if part.strip()):
        match = _FRAMES.fullmatch(word)
        if match is None:
            raise InvalidSetting(
                f"--frames takes VIDEO:INDEX, VIDEO:FIRST-LAST or a saved selection's name; "
                f"{word!r} was given."
            )
        video_id = choices.video(db, match["video"]).id
        if match["last"] is None:
            found.append(FrameId(video_id, int(match["first"])))
        else:
            span = range(int(match["first"]), int(match["last"]) + 1)
            found += [f for f in known if f.video_id == video_id and f.index in span]
    return found
