"""The choice of one ready video, kept in the address as ?video=ID."""

from __future__ import annotations

import streamlit as st

from core.records import Video
from core.storage import Database, videos
from pages.parts.shell import routes


def choose_video(db: Database) -> Video:
    """The chosen video; the page ends here, with the next step, when there is none to choose."""
    ready = {video.id: video for video in videos.ready(db)}
    if not ready:
        st.info("No video has been read yet. Add one in the Library; its captions appear here.")
        routes.link("library", "Go to the Library")
        st.stop()
    asked = st.query_params.get("video")
    if asked is not None and asked not in ready:
        st.warning("The video in this address is not in the library; another one is shown.")
    ids = list(ready)
    chosen = st.selectbox(
        "Video",
        ids,
        index=ids.index(asked) if asked in ready else 0,
        format_func=lambda video_id: f"{ready[video_id].title} ({ready[video_id].group})",
        label_visibility="collapsed",
    )
    st.query_params["video"] = chosen
    return ready[chosen]
