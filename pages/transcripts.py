"""Transcripts: what is said beside what is shown, to be read and corrected."""

from __future__ import annotations

import streamlit as st

from core.records import Video
from core.storage import videos
from pages.parts.shared.choices import VIDEO
from pages.parts.shared.job_progress import watch
from pages.parts.shell import routes
from pages.parts.shell.notices import show_notices
from pages.parts.shell.page_head import begin
from pages.parts.transcripts.alignments import alignments
from pages.parts.transcripts.on_screen import on_screen
from pages.parts.transcripts.segment_list import segment_list
from pages.parts.videos.change_captions import change_captions
from pages.parts.videos.make_captions import make_captions


def choose_video(ready: dict[str, Video]) -> Video:
    """The chosen one of the videos by id; an address may name one that is gone."""
    if VIDEO.address not in (None, *ready):
        st.warning("The video in this address is not in the library; another one is shown.")
    chosen = VIDEO.among(
        ready,
        next(iter(ready)),
        lambda key: st.selectbox(
            "Video",
            list(ready),
            format_func=lambda video_id: f"{ready[video_id].title} ({ready[video_id].group})",
            key=key,
            label_visibility="collapsed",
        ),
    )
    return ready[chosen]


db = begin("transcripts")

st.title("Transcripts")
ready = {video.id: video for video in videos.ready(db)}
if not ready:
    st.info("No video has been read yet. Add one in the Library; its captions appear here.")
    routes.link("library", "Go to the Library")
    st.stop()

choice, change = st.columns([4, 1], vertical_alignment="center")
with choice:
    video = choose_video(ready)
with change.popover("Captions", icon=":material/closed_caption:", width="stretch"):
    change_captions(db, video)
show_notices()
watch(db, ("captions",), "In progress")

if not video.captions_timed:
    st.info("The caption file had no times, so its segments are spread evenly over the video.")
if video.captions == 0:
    st.info(
        "This video has no captions. Give it a caption file above, or have them made here; without "
        "any its frames can be explored all the same."
    )
    make_captions(db, video)
    on_screen(db, video)
    st.stop()

segments, by_frame, beside = st.tabs(["Read and correct", "Alignment with the frames", "On screen"])
with segments:
    st.fragment(segment_list)(db, video)
with by_frame:
    st.fragment(alignments)(db, video)
with beside:
    on_screen(db, video)
