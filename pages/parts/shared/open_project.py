"""Which project this session looks at, and where its pictures and films are served."""

from __future__ import annotations

import streamlit as st

from core.api import addresses
from core.records import Video
from core.storage.project import FIRST

_OPEN = "open-project"  # in the session


def open_project() -> str:
    """The id of the project that is open; "" before a page has opened one."""
    return str(st.session_state.get(_OPEN, ""))


def set_open(project_id: str) -> None:
    """What was chosen in another project is forgotten, as its ids name nothing here.

    Sentences that are still to be shown stay.
    """
    if open_project() not in ("", project_id):
        for key in set(st.session_state) - {"notices"}:
            del st.session_state[key]
    st.session_state[_OPEN] = project_id


def base_address() -> str:
    """What the addresses of this project's videos and runs begin with."""
    return addresses.base(open_project() or FIRST)


def frame_address(video_id: str, index: int) -> str:
    """Where a frame's picture is served."""
    return addresses.frame(open_project() or FIRST, video_id, index)


def media_address(video: Video) -> str | None:
    """Where a video's file is served; None where the library has none."""
    return addresses.media(open_project() or FIRST, video.id) if video.media_file else None
