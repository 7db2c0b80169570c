"""One video of the library as a card: what it is, its strip, and what can be done with it."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.format import clock, count
from core.pipeline.intake import add_video, shift_captions
from core.records import Video
from core.storage import Database, captions, runs, videos
from core.storage.annotations import notes, tags
from core.video.part import Part
from pages.parts.shared.film_strip import film_strip
from pages.parts.shared.group_chip import group_chip
from pages.parts.shared.wording import captions_said, plain
from pages.parts.shell import routes
from pages.parts.shell.notices import say
from pages.parts.videos.add_videos import CAPTION_TYPES

_NO_REASON = "Reading was stopped before it ended; retry it or remove the video."


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
        elif video.state == "waiting":
            st.caption("Waiting to be read.")
        else:
            st.error(plain(video.message or _NO_REASON), icon=":material/error:")


def _head(video: Video, colour: str) -> str:
    facts = [
        _length(video),
        f"{count(video.frames, 'frame')}, one per {video.every_s:g} s",
        captions_said(video),
    ]
    said = " · ".join(facts) if video.state == "ready" else "Not read"
    return (
        f'<div class="card-head"><strong>{html.escape(video.title)}</strong>'
        f"{group_chip(video.group, colour)}</div>"
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


def change_captions(db: Database, video: Video) -> None:
    """A box for another caption file, and one to move all captions in time."""
    _replace_captions(db, video)
    if video.captions:
        _shift_captions(db, video)


def _replace_captions(db: Database, video: Video) -> None:
    corrected = sum(c.corrected for c in captions.of_video(db, video.id))
    if corrected:
        st.warning(f"{count(corrected, 'corrected segment')} will be replaced too.")
    with st.form(f"captions-{video.id}", border=False, clear_on_submit=True):
        file = st.file_uploader("Caption file", CAPTION_TYPES)
        if not st.form_submit_button("Replace captions", type="primary"):
            return
    if file is None:
        st.error("Choose a caption file first.")
        return
    name, data = file.name, file.getvalue()
    _change(lambda: captions_said(add_video.replace_captions(db, video.id, name, data)), video)


def _shift_captions(db: Database, video: Video) -> None:
    with st.form(f"shift-{video.id}", border=False):
        seconds = st.number_input(
            "Shift all by (s)",
            value=0.0,
            step=0.5,
            format="%.2f",
            help="Where the captions' clock is not the video's: more than 0 shows all of them "
            "later, less than 0 earlier; the same time with the other sign undoes it.",
        )
        if not st.form_submit_button("Shift captions"):
            return
    if seconds:
        _change(lambda: _shifted(db, video, seconds), video)


def _shifted(db: Database, video: Video, seconds: float) -> str:
    shift_captions.shift(db, video.id, seconds)
    return f"all captions are {abs(seconds):g} s {'later' if seconds > 0 else 'earlier'}"


def _change(change: Callable[[], str], video: Video) -> None:
    """Make the change, which says what came of it, and draw the page anew; or say why not."""
    try:
        said = change()
    except AffinityError as error:
        st.error(plain(str(error)))
        return
    say("success", f"{video.title}: {said}.")
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
    if st.button("Retry", key=f"retry-{video.id}"):
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
