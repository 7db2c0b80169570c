"""Library: the videos there are, and the way to more of them."""

from __future__ import annotations

import streamlit as st

from core.charts.colours import group_colours
from core.format import count
from core.storage import videos
from pages.parts.shared.job_progress import active_jobs, watch
from pages.parts.shell.notices import show_notices
from pages.parts.shell.page_head import begin
from pages.parts.videos.add_videos import add_videos
from pages.parts.videos.next_step import next_step
from pages.parts.videos.sample_project import sample_project
from pages.parts.videos.video_card import video_card

_CARDS = 12

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

watch(db, ("ingest", "baseline"), "In progress")
next_step(db)

colours = group_colours([video.group for video in known])
being_read = {job.subject for job in active_jobs(db, ("ingest",))}
cards = [video for video in reversed(known) if video.id not in being_read]
first = 0
if len(cards) > _CARDS:
    pages = -(-len(cards) // _CARDS)
    first = _CARDS * (st.pagination(pages, key="library-page") - 1)
for video in cards[first : first + _CARDS]:
    video_card(db, video, colours[video.group])
