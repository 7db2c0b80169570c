"""The captions of a video's frames, read fresh so that corrections count at once."""

from __future__ import annotations

from collections.abc import Collection

from core.storage import Database, captions, videos
from core.text.alignment import captions_at


def frame_captions(db: Database, video_id: str) -> list[str]:
    """The text at each frame, in order, "" where nothing is said. Raises NotFound."""
    return captions_of_frames(db, [video_id])[video_id]


def captions_of_frames(db: Database, video_ids: Collection[str]) -> dict[str, list[str]]:
    """The same of several videos, read together. Raises NotFound."""
    known = {video.id: video for video in videos.every(db)} if len(video_ids) > 1 else {}
    of_video = [known.get(video_id) or videos.get(db, video_id) for video_id in video_ids]
    times, said = videos.times(db, video_ids), captions.said_in(db, video_ids)
    return {
        video.id: [
            caption.text if caption else ""
            for caption in captions_at(times[video.id].tolist(), said[video.id], video.every_s)
        ]
        for video in of_video
    }


def frame_caption(db: Database, video_id: str, index: int) -> str:
    """The same of one frame, for which only the segments about its time are read."""
    video, time_s = videos.get(db, video_id), videos.frame(db, video_id, index).time_s
    near = captions.around(db, video_id, time_s - video.every_s, time_s + video.every_s)
    (caption,) = captions_at([time_s], near, video.every_s)
    return caption.text if caption else ""
