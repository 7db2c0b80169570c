"""One video of the library as a card: what it is, its strip, and what can be done with it."""

from __future__ import annotations

import html

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.format import clock, count
from core.records import Video
from core.storage import Database, runs, videos
from core.storage.annotations import notes, tags
from core.video.part import Part
from pages.parts.shared.film_strip import film_strip
from pages.parts.shared.group_chip import group_chip
from pages.parts.shared.wording import captions_said, plain
from pages.parts.shell import routes
from pages.parts.shell.notices import say
from pages.parts.videos.change_captions import change_captions
from pages.parts.videos.make_captions import make_captions
from pages.parts.videos.retries import refusal
from pages.parts.videos.where_from import looks_like, where_from

_NO_REASON = "Reading was stopped before it ended; try it again or remove the video."


def video_card(db: Database, video: Video, colour: str) -> None:
    """A ready video with its strip; one that failed with the reason and a way on."""
    with st.container(border=True, key=f"video-{video.id}"):
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"head-{video.id}"
        ):
            st.html(_head(video, colour))
            if video.state == "ready":
                _actions(db, video)
            else:
                _ways_on(db, video)
        if video.state == "ready":
            film_strip(db, video)
            if video.message:
                st.caption(plain(video.message))
            looks_like(db, video)
            where_from(video)
            if video.can_retry:
                refusal(video)
            if not video.captions:
                make_captions(db, video)
        elif video.state == "waiting":
            st.caption("Waiting to be read.")
        else:
            st.error(plain(video.message or _NO_REASON), icon=":material/error:")
            refusal(video)


def _head(video: Video, colour: str) -> str:
    facts = [
        _length(video),
        f"{count(video.frames, 'frame')}, one per {video.every_s:g} s",
        captions_said(video),
    ]
    said = " · ".join(facts) if video.state == "ready" else "Not read"
    return (
        f'<div class="card-head"><strong>{html.escape(video.title)}</strong>'
        f"{group_chip(video.group_said, colour)}</div>"
        f'<div class="card-facts">{html.escape(said)}</div>'
    )


def _length(video: Video) -> str:
    """How long it is, and which part of it was taken."""
    part = Part(*video.part)
    whole = clock(video.duration_s)
    if part.whole:
        return whole
    return f"{clock(part.from_s)} to {clock(part.end_s(video.duration_s))} of {whole}"


def _actions(db: Database, video: Video) -> None:
    if video.captions:
        routes.link("transcripts", "Transcript", video=video.id)
    if video.can_retry and st.button("Try captions again", key=f"retry-{video.id}"):
        jobs.submit_ingest(db, video.id)
        st.rerun()
    with st.popover("Edit"):
        _edit(db, video)
    with st.popover("Captions"):
        change_captions(db, video)
    with st.popover("Delete"):
        _delete(db, video)


def _edit(db: Database, video: Video) -> None:
    with st.form(f"edit-{video.id}", border=False):
        title = st.text_input("Title", video.title, max_chars=300)
        group = st.text_input("Group", video.group, max_chars=100)
        if not st.form_submit_button("Save", type="primary"):
            return
    if not title.strip() or not group.strip():
        st.error("A video needs a title and a group.")
        return
    videos.update(db, video.id, title=title.strip(), group=group.strip())
    say("success", f"{title.strip()} saved.")
    st.rerun()


def _delete(db: Database, video: Video) -> None:
    lost = [count(video.frames, "frame"), count(video.captions, "caption segment")]
    written = [("tagged frame", tags.of_frames), ("note", notes.of_frames)]
    counted = [(len(read(db, [video.id])), noun) for noun, read in written]
    lost += [count(number, noun) for number, noun in counted if number]
    lost += [f"the run {run.name} with its maps" for run in runs.using(db, video.id)]
    st.markdown(f"This deletes **{plain(video.title)}** for good: {plain(', '.join(lost))}.")
    if st.button("Delete for good", key=f"delete-{video.id}", type="primary"):
        _remove(db, video)


def _ways_on(db: Database, video: Video) -> None:
    if st.button("Try again", key=f"retry-{video.id}"):
        jobs.submit_ingest(db, video.id)
        st.rerun()
    if st.button("Remove", key=f"remove-{video.id}"):
        _remove(db, video)


def _remove(db: Database, video: Video) -> None:
    try:
        videos.delete(db, video.id)
        say("success", f"{video.title} was deleted.")
    except AffinityError as error:
        say("error", str(error))
    st.rerun()
