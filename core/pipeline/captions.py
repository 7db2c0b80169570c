"""The caption of every frame of a video, read fresh so that corrections count at once."""

from __future__ import annotations

from core.storage import Database, captions, videos
from core.text.alignment import captions_at


def frame_captions(db: Database, video_id: str) -> list[str]:
    """The text at each frame, in order, "" where nothing is said. Raises NotFound."""
    video = videos.get(db, video_id)
    times_s = [frame.time_s for frame in videos.frames_of(db, video_id)]
    found = captions_at(times_s, captions.of_video(db, video_id), video.every_s)
    return [caption.text if caption else "" for caption in found]
