"""Watches every picture of a run's videos for cuts, light and colour, and keeps what it saw."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from core.errors import VideoUnreadable
from core.records import Video
from core.storage import Database, cuts, runs, videos
from core.storage.progress import Progress
from core.video import frames
from core.video.part import Part


def watch_cuts(db: Database, run_id: str, report: Progress) -> None:
    """Of the videos whose cuts are not known, each kept as soon as it is watched.

    Raises NotFound, VideoUnreadable.
    """
    wanted = [videos.get(db, v) for v in cuts.missing(db, runs.get(db, run_id).video_ids)]
    whole_s = sum(video.duration_s for video in wanted) or 1.0
    done_s = 0.0
    for video in wanted:
        share = report.part(done_s / whole_s, (done_s + video.duration_s) / whole_s)
        found = frames.cuts(_media(db, video), video.title, share, Part(*video.part))
        cuts.write(db, video.id, asdict(found))
        done_s += video.duration_s


def _media(db: Database, video: Video) -> Path:
    if video.media_file is None:
        raise VideoUnreadable(f"The file of {video.title} is not here; add the video again.")
    return db.files.media(video)
