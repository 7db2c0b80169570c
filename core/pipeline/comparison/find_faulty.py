"""Proposes frames to leave out, from the videos' small pictures; nothing is left out by itself."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.faulty_frames import faulty_frames
from core.pipeline.comparison.same_pictures import thumbnails
from core.records import FrameId
from core.storage import Database, left_out, videos


@dataclass(frozen=True)
class Candidates:
    """Frames of one video that have one fault, and are not left out yet."""

    video_id: str
    title: str
    kind: str  # of core.analysis.faulty_frames.KINDS
    frames: tuple[FrameId, ...]


def find_faulty(db: Database) -> list[Candidates]:
    """By video and kind. Raises VideoUnreadable where a video's small pictures are missing."""
    gone = left_out.every(db)
    found = []
    for video in videos.ready(db):
        for kind, indices in faulty_frames(thumbnails(db, video)).items():
            frames = tuple(f for i in indices if (f := FrameId(video.id, i)) not in gone)
            if frames:
                found.append(Candidates(video.id, video.title, kind, frames))
    return found
