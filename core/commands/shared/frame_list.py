"""Reads frames as they are typed: VIDEO:INDEX or VIDEO:FIRST-LAST; of a run also by a selection."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from core.commands.shared import choices
from core.errors import InvalidSetting
from core.records import FrameId
from core.storage import Database, videos
from core.storage.annotations import selections

_FRAMES = re.compile(r"(?P<video>.+):(?P<first>\d{1,9})(-(?P<last>\d{1,9}))?")


def library_frames(db: Database, words: Iterable[str]) -> list[FrameId]:
    """The library's frames that are meant, of a range those that are there.

    Raises InvalidSetting for what cannot be read or means no frame, NotFound for an unknown video.
    """
    found: list[FrameId] = []
    for word in words:
        video_id, span = _read(db, word, "Frames are VIDEO:INDEX or VIDEO:FIRST-LAST")
        known = [f.id for f in videos.frames_of(db, video_id) if f.index in span]
        if not known:
            there = videos.get(db, video_id).frames
            raise InvalidSetting(f"{word!r} means no frame: {video_id} has {there} of them.")
        found += known
    return found


def chosen_frames(db: Database, words: str, known: Collection[FrameId]) -> list[FrameId]:
    """The frames of `known`, a run's, that are meant: typed with commas, a selection, or all.

    Of a range or a saved selection those that `known` has; a single frame need not be among them.
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


def _typed(db: Database, words: str, known: Collection[FrameId]) -> list[FrameId]:
    found: list[FrameId] = []
    expected = "--frames takes VIDEO:INDEX, VIDEO:FIRST-LAST or a saved selection's name"
    for word in (part.strip() for part in words.split(",") if part.strip()):
        video_id, span = _read(db, word, expected)
        if len(span) == 1:
            found.append(FrameId(video_id, span.start))
        else:
            found += [
                frame for frame in known if frame.video_id == video_id and frame.index in span
            ]
    return found


def _read(db: Database, word: str, expected: str) -> tuple[str, range]:
    """The video and the indices that one word names."""
    match = _FRAMES.fullmatch(word)
    if match is None:
        raise InvalidSetting(f"{expected}; {word!r} was given.")
    first, last = int(match["first"]), int(match["last"] or match["first"])
    return choices.video(db, match["video"]).id, range(first, last + 1)
