"""Whether the library has a video already: the same address, or the same bytes."""

from __future__ import annotations

import math
from pathlib import Path

from core.errors import AlreadyThere
from core.pipeline.intake.provenance import sha256_of
from core.records import Video
from core.storage import Database, videos
from core.video.part import Part


def refuse_youtube(db: Database, youtube_id: str, part: Part) -> None:
    """Raises AlreadyThere where the library has some of that part of a YouTube video."""
    for video in videos.every(db):
        if video.youtube_id == youtube_id and overlap(part, video):
            raise AlreadyThere(f"{youtube_id} is in the library already, as {_named(video)}.")


def refuse_file(db: Database, name: str, media: Path, sha256: str, part: Part) -> None:
    """Raises AlreadyThere where the library has some of that part of the same bytes."""
    size = media.stat().st_size
    for video in videos.every(db):
        if overlap(part, video) and _sha256(db, video, size) == sha256:
            raise AlreadyThere(f"{name} is in the library already, as {_named(video)}.")


def _named(video: Video) -> str:
    return f"'{video.title}' ({video.group_said})"


def overlap(part: Part, video: Video) -> bool:
    """Whether some of that part was taken of the video."""
    begin, end = video.part
    return part.holds(begin, math.inf if end is None else end)


def _sha256(db: Database, video: Video, size: int) -> str:
    """Of a video's file; of what older versions took in it is computed where the sizes agree."""
    known = str(video.provenance.get("sha256", ""))
    media = db.files.media(video)
    if known or not media.is_file() or media.stat().st_size != size:
        return known
    return sha256_of(media)
