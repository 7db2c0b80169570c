"""Proposes frames to leave out, each with its fault; nothing is left out by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.analysis import faulty_frames as faults
from core.analysis.comparison.same_pictures import Prints, prints
from core.pipeline.comparison.same_pictures import thumbnails
from core.pipeline.curation.find_shared import Repeat, repeats
from core.pipeline.curation.frame_focus import focus_and_bars
from core.records import FrameId, Video
from core.storage import Database, left_out, videos
from core.storage.progress import Progress

KINDS = {
    **faults.KINDS,
    "duplicate": "the same pictures as in an earlier video",
    "intro": "an opening that videos of this group or channel share",
    "outro": "an ending that videos of this group or channel share",
}


@dataclass(frozen=True)
class Candidates:
    """Frames of one video that have one fault, and are not left out yet."""

    video_id: str
    title: str
    kind: str  # of KINDS
    frames: tuple[FrameId, ...]
    about: str = ""  # what is to be known of these
    beside: tuple[FrameId, ...] = ()  # the frames of another video that they look like


def find_faulty(db: Database, report: Progress | None = None) -> list[Candidates]:
    """By video and kind; a frame has one fault alone. Pictures are measured once, then known.

    Raises VideoUnreadable where a video's pictures are missing.
    """
    told, ready = report or Progress(None), videos.ready(db)
    gone, found, marks = left_out.every(db), [], []
    for place, video in enumerate(ready):
        part = told.part(0.9 * place / len(ready), 0.9 * (place + 1) / len(ready))
        small = thumbnails(db, video)
        found += list(_of_pictures(db, video, small, part))
        marks.append(prints(small))
    told(0.9, "Looking for pictures that videos share")
    found += list(_of_several(db, ready, marks))
    return list(_once(found, gone))


def _of_pictures(
    db: Database, video: Video, small: np.ndarray, report: Progress
) -> Iterator[Candidates]:
    known = focus_and_bars(db, video.id, report)
    for kind, rows in faults.faulty_frames(small).items():
        yield _candidates(video, kind, rows)
    yield _candidates(video, "blurred", faults.blurred(known["focus"]))
    rows, share = faults.letterboxed(known)
    yield _candidates(video, "letterboxed", rows, f"the picture is {100 * share:.0f} % of them")


def _of_several(db: Database, ready: list[Video], marks: list[Prints]) -> Iterator[Candidates]:
    for one in repeats(db, ready, marks):
        said = (_as_in(ready, one), _beside(ready, one))
        yield _candidates(ready[one.video], one.kind, one.rows, *said)


def _as_in(ready: list[Video], one: Repeat) -> str:
    titles = [ready[place].title for place in one.others]
    more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    return f"as in {', '.join(titles[:3])}{more}"


def _beside(ready: list[Video], one: Repeat) -> tuple[FrameId, ...]:
    return tuple(FrameId(ready[place].id, row) for place, row in one.like)


def _candidates(
    video: Video,
    kind: str,
    rows: list[int],
    about: str = "",
    beside: tuple[FrameId, ...] = (),
) -> Candidates:
    frames = tuple(FrameId(video.id, row) for row in rows)
    return Candidates(video.id, video.title, kind, frames, about, beside)


def _once(found: list[Candidates], gone: dict[FrameId, str]) -> Iterator[Candidates]:
    """Each frame under the first fault that it has; what is left out already under none."""
    seen = set(gone)
    for one in found:
        frames = tuple(frame for frame in one.frames if frame not in seen)
        seen.update(frames)
        if frames:
            yield Candidates(one.video_id, one.title, one.kind, frames, one.about, one.beside)
