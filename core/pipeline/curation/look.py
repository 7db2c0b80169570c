"""Looks for what is wrong with the library's videos as a job, and reads what it found."""

from __future__ import annotations

import dataclasses
from typing import Any

from core.errors import InvalidSetting
from core.pipeline.comparison.from_json import from_json
from core.pipeline.curation.find_faulty import Candidates, find_faulty
from core.pipeline.curation.find_shifted_captions import ShiftedCaptions, find_shifted_captions
from core.storage import Database, findings, videos
from core.storage.progress import Progress

FAULTY, SHIFTED = "faulty", "captions"
_FIND: dict[str, Any] = {FAULTY: find_faulty, SHIFTED: find_shifted_captions}


def look(db: Database, what: str, report: Progress) -> None:
    """Look for it in every ready video, and keep it. Raises InvalidSetting, VideoUnreadable."""
    if what not in _FIND:
        raise InvalidSetting(f"There is no search for {what!r}; choose from {', '.join(_FIND)}.")
    ready = [video.id for video in videos.ready(db)]
    found = _FIND[what](db, report)
    findings.write(db, what, [dataclasses.asdict(one) for one in found], ready)


def faulty(db: Database) -> list[Candidates] | None:
    """Frames that may be left out; None before they were looked for."""
    kept = findings.read(db, FAULTY)
    return None if kept is None else list(from_json(tuple[Candidates, ...], kept.found))


def shifted(db: Database) -> list[ShiftedCaptions] | None:
    """What was found of each video's captions; None before they were listened to."""
    kept = findings.read(db, SHIFTED)
    return None if kept is None else list(from_json(tuple[ShiftedCaptions, ...], kept.found))


def note_shift(db: Database, every: list[ShiftedCaptions], one: ShiftedCaptions) -> None:
    """A video's captions were moved to where the speech is."""
    rest = [dataclasses.replace(o, later_s=0.0) if o == one else o for o in every]
    findings.change(db, SHIFTED, [dataclasses.asdict(o) for o in rest])
