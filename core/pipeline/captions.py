"""The captions of a video's frames, read fresh so that corrections count at once."""

from __future__ import annotations

from core.storage import Database, captions, videos
from core.text.alignment import captions_at


def frame_captions(db: Database, video_id: str) -> list[str]:
    """The text at each frame, in order, "" where nothing is said. Raises NotFound."""
    video = videos.get(db, video_id)
    times_s = videos.times_of(db, video_id)
    found = captions_at(times_s, captions.said(db, video_id), video.every_s)
    return [caption.text if caption else "" for caption in found]


def frame_caption(db: Database, video_id: str, index: int) -> str:
    """The same of one frame, for which only the segments about its time are read."""
    video, time_s = videos.get(db, video_id), videos.frame(db, video_id, index).time_s
    near = captions.around(db, video_id, time_s - video.every_s, time_s + video.every_s)
    (caption,) = captions_at([time_s], near, video.every_s)
    return caption.text if caption else ""
