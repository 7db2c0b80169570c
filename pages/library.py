"""Library: the videos there are, and the way to more of them."""

from __future__ import annotations

import streamlit as st

from core.charts.colours import group_colours
from core.format import count
from core.storage import Database, runs, videos
from pages.parts.shared.job_progress import active_jobs, watch
from pages.parts.shell import routes
from pages.parts.shell.notices import show_notices
from pages.parts.shell.page_head import begin
from pages.parts.videos.add_videos import add_videos
from pages.parts.videos.columns import video_columns_table
from pages.parts.videos.left_out import frames_left_out
from pages.parts.videos.missing_parts import missing_parts
from pages.parts.videos.retries import retries
from pages.parts.videos.sample_project import sample_project
from pages.parts.videos.video_card import video_card

_CARDS = 12


def next_step(db: Database) -> None:
    """One line with the way on, once there is a video to go on with."""
    ready = videos.ready(db)
    if not ready:
        return
    done = [run for run in runs.every(db) if run.state == "done"]
    of_all = [run for run in done if {video.id for video in ready} <= set(run.video_ids)]
    trained = next((run for run in of_all if not run.automatic), None)
    shown = trained or next((run for run in done if run.automatic), None)
    with st.container(horizontal=True, vertical_alignment="center", key="next_step"):
        verb = "is" if len(ready) == 1 else "are"
        st.markdown(f"**{count(len(ready), 'video')} {verb} ready.**", width="content")
        says = "Explore the newest map" if trained else "Explore the PCA map now"
        if shown is not None and st.button(says, type="primary"):
            routes.go_to("explore", run=shown.id)
        if st.button("Train a model", type="secondary" if shown else "primary"):
            routes.go_to("train")


db = begin("library")
known = videos.every(db)

st.title("Library")
show_notices()

if known:
    st.caption(f"{count(len(known), 'video')}, {count(sum(v.frames for v in known), 'frame')}")
    with st.expander("Add videos", icon=":material/add:"):
        add_videos(db)
else:
    st.markdown("Compare how different sides show one event: add the videos of each side here.")
    with st.container(border=True):
        add_videos(db)
    sample_project(db)

missing_parts()
watch(db, ("ingest", "captions", "baseline", "look"), "In progress")
retries(db, known)
next_step(db)
if known:
    video_columns_table(db)
    frames_left_out(db)

colours = group_colours([video.group for video in known])
being_read = {job.subject for job in active_jobs(db, ("ingest",))}
cards = [video for video in reversed(known) if video.id not in being_read or video.state == "ready"]
first = 0
if len(cards) > _CARDS:
    pages = -(-len(cards) // _CARDS)
    first = _CARDS * (st.pagination(pages, key="library-page") - 1)
for video in cards[first : first + _CARDS]:
    video_card(db, video, colours[video.group])
