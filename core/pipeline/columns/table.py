"""The library's videos as rows with all of their columns: for the CSV, and to be read back."""

from __future__ import annotations

from typing import Any

from core.export import provenance
from core.storage import Database, video_columns, videos

_OF_VIDEO = ("id", "title", "group", "source", "address")


def video_table(db: Database, origin: bool = False) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The columns' names, and one row per video, oldest first; "" where there is no value.

    The address is a YouTube video's, else the file's name as it was uploaded. With `origin` there
    are from_channel and the like too, as in every other table that leaves the library.
    """
    known = videos.every(db)
    own = video_columns.values(db)
    own |= {n: of for n, of in provenance.columns(known).items() if origin and n not in own}
    rows = [
        {
            "id": video.id,
            "title": video.title,
            "group": video.group,
            "source": video.source,
            "address": video.origin,
            **{name: values.get(video.id, "") for name, values in own.items()},
        }
        for video in known
    ]
    return (*_OF_VIDEO, *own), rows
