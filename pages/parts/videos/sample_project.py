"""The way in for somebody without videos: a sample project that the program draws by itself."""

from __future__ import annotations

import time

import streamlit as st

from core.commands import demo
from core.format import duration
from core.storage import Database, videos

_ASKED = "sample-asked-at"
_PATIENCE_S = 120.0


def sample_project(db: Database) -> None:
    """The button, and after it how the drawing goes on until the first video is there."""
    if _ASKED in st.session_state:
        st.fragment(_drawing, run_every=1)(db)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("No videos at hand?", width="content")
        if st.button("Try the sample project", icon=":material/science:"):
            demo.start(db)
            st.session_state[_ASKED] = time.time()
            st.rerun()


def _drawing(db: Database) -> None:
    so_far_s = time.time() - st.session_state[_ASKED]
    if videos.every(db):
        del st.session_state[_ASKED]
        st.rerun()
    elif so_far_s < _PATIENCE_S:
        st.info(f"Drawing two short sample channels: {duration(so_far_s)} so far, about 20 s.")
    else:
        st.error(f"The sample project was not made; {db.files.logs / 'demo.log'} says why.")
