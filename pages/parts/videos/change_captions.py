"""The ways to other captions of a video: a file, pasted text, a track of YouTube's; and a shift."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import AffinityError
from core.format import count
from core.pipeline.intake import replace_captions, shift_captions, youtube_captions
from core.records import Video
from core.storage import Database, captions
from core.text.caption_tracks import Track
from core.text.captions import EXTENSIONS as CAPTION_TYPES
from pages.parts.shared.wording import captions_said, plain
from pages.parts.shell.notices import say
from pages.parts.videos.make_captions import make_captions

_HOW_TO_COPY = (
    "On YouTube: the description below the video, **Show transcript**, then select its lines with "
    "the times and copy them. Text without times is spread evenly over the video."
)


def change_captions(db: Database, video: Video) -> None:
    """Each way in a tab of its own, and below them the box that moves all captions in time."""
    corrected = sum(c.corrected for c in captions.of_video(db, video.id))
    if corrected:
        st.warning(f"{count(corrected, 'corrected segment')} will be replaced too.")
    ways = {"File": _from_file, "Paste": _from_text}
    if video.captions and video.state == "ready":
        ways["By machine"] = make_captions
    if video.youtube_id is not None and video.state == "ready":
        ways["From YouTube"] = _from_youtube
    for tab, way in zip(st.tabs(list(ways)), ways.values(), strict=True):
        with tab:
            way(db, video, bool(corrected))
    if video.captions:
        _shift(db, video)


def _from_file(db: Database, video: Video, corrected_too: bool) -> None:
    with st.form(f"captions-{video.id}", border=False, clear_on_submit=True):
        file = st.file_uploader("Caption file", CAPTION_TYPES)
        if not st.form_submit_button("Replace captions", type="primary"):
            return
    if file is None:
        st.error("Choose a caption file first.")
        return
    given = file.name, file.getvalue()
    _change(
        lambda: captions_said(
            replace_captions.from_file(db, video.id, *given, corrected_too=corrected_too)
        ),
        video,
    )


def _from_text(db: Database, video: Video, corrected_too: bool) -> None:
    with st.form(f"paste-{video.id}", border=False):
        text = st.text_area("Transcript, as copied", placeholder="0:00\nGood evening …", height=160)
        st.caption(_HOW_TO_COPY)
        if not st.form_submit_button("Use this text", type="primary"):
            return
    _change(
        lambda: captions_said(
            replace_captions.from_text(db, video.id, text, corrected_too=corrected_too)
        ),
        video,
    )


def _from_youtube(db: Database, video: Video, corrected_too: bool) -> None:
    """The tracks are asked for only when somebody wants to see them."""
    key = f"tracks-{video.id}"
    if st.button("Ask YouTube for its tracks", key=f"ask-{key}"):
        try:
            with st.spinner("Asking YouTube", show_time=True):
                st.session_state[key] = youtube_captions.listed(video.youtube_id or "")
        except AffinityError as error:
            st.error(plain(str(error)))
            return
    tracks = st.session_state.get(key)
    if tracks is None:
        return
    with st.form(f"use-{key}", border=False):
        track = st.selectbox("Track", tracks, index=_used(video, tracks), format_func=str)
        st.caption("A track made by machine is speech recognition: words may be wrong.")
        if not st.form_submit_button("Use this track", type="primary"):
            return
    _change(
        lambda: captions_said(
            replace_captions.from_youtube(db, video.id, str(track), corrected_too=corrected_too)
        ),
        video,
    )


def _used(video: Video, tracks: tuple[Track, ...]) -> int:
    used = video.provenance.get("caption_track")
    return next((n for n, track in enumerate(tracks) if track.to_json() == used), 0)


def _shift(db: Database, video: Video) -> None:
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
        with st.spinner("Reading the captions"):
            said = change()
    except AffinityError as error:
        st.error(plain(str(error)))
        return
    say("success", f"{video.title}: {said}.")
    st.rerun()
