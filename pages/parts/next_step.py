"""What can be done with the library as it is now: look at the first map, or train a model."""

from __future__ import annotations

import streamlit as st

from core.storage import Database, runs, videos
from pages.parts import places
from pages.parts.wording import count


def next_step(db: Database) -> None:
    """One line with the way on, once there is a video to go on with."""
    ready = videos.ready(db)
    if not ready:
        return
    first_map = next((r for r in runs.every(db) if r.automatic and r.state == "done"), None)
    verb = "is" if len(ready) == 1 else "are"
    with st.container(horizontal=True, vertical_alignment="center", key="next_step"):
        st.markdown(f"**{count(len(ready), 'video')} {verb} ready.**", width="content")
        if first_map is not None:
            places.link("explore", "Explore the PCA map now", run=first_map.id)
        places.link("train", "Train a model")
