"""Where the sound of a video comes from: its own file, or YouTube's smallest stream of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from core.errors import CaptionsUnavailable
from core.records import Video
from core.storage import Database
from core.storage.progress import Progress
from core.video import frames, youtube
from core.video.youtube.pacing import Pace


@contextmanager
def sound_of(db: Database, video: Video, report: Progress) -> Iterator[Iterator[np.ndarray]]:
    """Blocks of the video's sound, as of `frames.sound`; what was fetched is removed afterwards.

    Reading them raises SoundUnreadable and VideoUnreadable; DownloadFailed where YouTube refuses.
    """
    if video.youtube_id is None:
        media = db.files.media(video)
        if not media.is_file():
            raise CaptionsUnavailable(f"The file of {video.title} is not in this library.")
        yield frames.sound(media, video.title)
        return
    folder = db.files.temporary / f"sound-{video.id}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        pace = Pace(db.files.folder)
        fetched = youtube.download_sound(video.youtube_id, folder, report, pace)
        yield frames.sound(fetched, video.title)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
