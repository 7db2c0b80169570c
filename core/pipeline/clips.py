"""Writes stretches of a run's frames as films of their own, copied from the videos."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from core.errors import VideoUnreadable
from core.export.csv_file import csv_bytes
from core.export.names import safe_name
from core.export.stretches import of_frames
from core.records import FrameId, Run
from core.storage import Database, videos
from core.storage.files import write_bytes
from core.video import frames as films
from core.video.part import Part

LISTED = "clips.csv"
_COLUMNS = ("file", "video_id", "title", "group", "start_s", "end_s", "begins_s", "state")


def write_clips(db: Database, run: Run, chosen: Collection[FrameId], folder: Path) -> int:
    """A file for each stretch of neighbouring frames, and clips.csv with their times.

    A clip begins at the keyframe before its stretch (`begins_s`), as nothing is decoded anew. What
    cannot be copied is named there with the reason. Gives how many were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for video_id in run.video_ids:
        video = videos.get(db, video_id)
        listed = videos.frames_of(db, video_id)
        there = ["in" if frame.id in chosen else "" for frame in listed]
        times_s = [frame.time_s for frame in listed]
        for one in of_frames(times_s, there, video.every_s, video.duration_s):
            row = {"file": "", "video_id": video_id, "title": video.title, "group": video.group}
            row |= {"start_s": f"{one.start_s:.3f}", "end_s": f"{one.end_s:.3f}", "begins_s": ""}
            stem = f"{safe_name(video.title, 'video')}-{video_id}-{one.start_s:08.2f}"
            try:
                if video.media_file is None:
                    raise VideoUnreadable("The film is not in this library.")
                path, begins_s = films.clip(
                    db.files.media(video),
                    video.title,
                    folder / stem.replace(".", "_"),
                    Part(one.start_s, one.end_s),
                )
                row |= {"file": path.name, "begins_s": f"{begins_s:.3f}", "state": ""}
            except VideoUnreadable as error:
                row["state"] = str(error)
            rows.append(row)
    write_bytes(folder / LISTED, csv_bytes(rows, _COLUMNS))
    return sum(bool(row["file"]) for row in rows)
