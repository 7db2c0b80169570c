"""Timed transcripts as text, one file a video: what MAXQDA, NVivo and ATLAS.ti import.

Each segment begins with its time, [hh:mm:ss.f], and an empty line parts it from the next.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.export.names import safe_name
from core.records import Caption, Video
from core.storage import Database, captions, videos
from core.storage.files import write_bytes


def write_transcripts(db: Database, video_ids: Sequence[str], folder: Path) -> list[Path]:
    """Write NAME.txt for each video that has captions; gives the paths. Raises NotFound."""
    written = []
    for name, data in transcripts(db, video_ids):
        write_bytes(folder / name, data)
        written.append(folder / name)
    return written


def transcripts_zip(db: Database, video_ids: Sequence[str]) -> bytes:
    """The same files as one ZIP, for a download."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in transcripts(db, video_ids):
            archive.writestr(name, data)
    return out.getvalue()


def transcripts(db: Database, video_ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Each video's file, named as its film, and its bytes. Raises NotFound."""
    for video_id in video_ids:
        said = captions.of_video(db, video_id)
        if said:
            yield f"{film_stem(videos.get(db, video_id))}.txt", transcript(said)[0].encode()


def transcript(said: Sequence[Caption]) -> tuple[str, list[int]]:
    """The text, and where in it, in characters, each segment's time stands."""
    parts, starts, length = [], [], 0
    for one in said:
        line = " ".join(one.text.split())
        starts.append(length)
        parts.append(f"[{stamp(one.start_s)}] {line}\n\n")
        length += len(parts[-1])
    return "".join(parts), starts


def stamp(time_s: float) -> str:
    """hh:mm:ss.f"""
    tenths = round(10 * time_s)
    minutes, rest = divmod(tenths, 600)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 10:02d}.{rest % 10}"


def film_stem(video: Video) -> str:
    """What a video's files are called outside the program, without an ending."""
    return f"{safe_name(video.title, 'video')}-{video.id}"
