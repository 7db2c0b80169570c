"""A video as a strip of its frames, and one frame as a picture: HTML from ids and times only."""

from __future__ import annotations

import streamlit as st

from core.format import clock
from core.records import Video
from core.storage import Database, videos
from pages.parts.shared.kept import kept
from pages.parts.shared.open_project import frame_address

_PICTURES = 24


@kept(max_entries=500)
def _chosen(db: Database, video_id: str, frames: int, every_s: float) -> list[tuple[int, float]]:
    """(index, time) of at most 24 frames, evenly spread; the key says when they have changed."""
    sampled = videos.frames_of(db, video_id)
    step = max(1, len(sampled) // _PICTURES)
    return [(frame.index, frame.time_s) for frame in sampled[::step]]


def film_strip(db: Database, video: Video) -> None:
    """The frames side by side, in time, in a strip that scrolls."""
    ratio = f"{video.width or 16} / {video.height or 9}"  # holds the place until it is loaded
    pictures = "".join(
        f'<figure><img src="{frame_address(video.id, index)}" style="aspect-ratio: {ratio}"'
        ' loading="lazy"'
        f' alt="Frame at {clock(time_s)}"><figcaption>{clock(time_s)}</figcaption></figure>'
        for index, time_s in _chosen(db, video.id, video.frames, video.every_s)
    )
    st.html(f'<div class="film-strip">{pictures}</div>')
