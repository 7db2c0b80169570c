"""What can be done with the library as it is now: look at the first map, or train a model."""

from __future__ import annotations

import streamlit as st

from core.format import count
from core.storage import Database, runs, videos
from pages.parts.shell import routes


def next_step(db: Database) -> None:
    """One line with the way on, once there is a video to go on with."""
    ready = videos.ready(db)
    if not ready:
        return
    first_map = next((r for r in runs.every(db) if r.automatic and r.state == "done"), None)
    with st.container(horizontal=True, vertical_alignment="center", key="next_step"):
        verb = "is" if len(ready) == 1 else "are"
        st.markdown(f"**{count(len(ready), 'video')} {verb} ready.**", width="content")
        if first_map is not None and st.button("Explore the PCA map now", type="primary"):
            routes.go_to("explore", run=first_map.id)
        if st.button("Train a model", type="secondary" if first_map else "primary"):
            routes.go_to("train")
