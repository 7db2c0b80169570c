"""Captions from what is said in a video."""

from __future__ import annotations

from core.errors import CaptionsUnavailable
from core.records import Video
from core.storage import Database
from core.storage.progress import Progress
from core.storage.recognition import Recognised


def recognise(db: Database, video: Video, report: Progress) -> Recognised:
    """Raises CaptionsUnavailable where nothing is said."""
    raise CaptionsUnavailable(
        f"The speech of {video.title} is not recognised by this version; give it a caption file."
    )
