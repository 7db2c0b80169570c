"""Captions from the subtitles that stand in the picture of a video."""

from __future__ import annotations

from core.errors import CaptionsUnavailable
from core.records import Video
from core.storage import Database
from core.storage.progress import Progress
from core.storage.recognition import Recognised


def recognise(db: Database, video: Video, report: Progress) -> Recognised:
    """Raises CaptionsUnavailable where no subtitles stand in the picture."""
    raise CaptionsUnavailable(
        f"The subtitles in the picture of {video.title} are not read by this version; "
        "give it a caption file."
    )
