"""A video's caption segments beside their frames, ten at a time; each can be corrected."""

from __future__ import annotations

import html

import streamlit as st

from core.errors import AffinityError
from core.format import clock, count
from core.records import Caption, Frame, Video
from core.storage import Database, captions, videos
from core.text.tokens import tokens
from pages.parts.shared.film_strip import frame_address
from pages.parts.shared.wording import plain

_ROWS = 10


def segment_list(db: Database, video: Video) -> None:
    """The page of segments, with the choice of what is shown of them."""
    known = captions.of_video(db, video.id)
    corrected = [segment for segment in known if segment.corrected]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(f"{count(len(known), 'segment')}, {len(corrected)} corrected", width="content")
        only = st.toggle("Corrected only", disabled=not corrected)
        with_tokens = st.toggle("Show tokens", help="The words as the models and tables see them.")
    listed = corrected if only and corrected else known
    pages = max(1, -(-len(listed) // _ROWS))
    page = st.pagination(pages, key=f"segments-{video.id}-{pages}") if pages > 1 else 1
    sampled = videos.frames_of(db, video.id)
    with st.container(height=720, key="segments"):
        for segment in listed[_ROWS * (page - 1) : _ROWS * page]:
            _row(db, video, segment, frame_at(sampled, segment), with_tokens)


def frame_at(sampled: list[Frame], segment: Caption) -> Frame | None:
    """The first frame shown while the segment is spoken, else the one nearest to its start."""
    within = (f for f in sampled if segment.start_s <= f.time_s < segment.end_s)
    nearest = min(sampled, key=lambda f: abs(f.time_s - segment.start_s), default=None)
    return next(within, nearest)


def _row(
    db: Database, video: Video, segment: Caption, frame: Frame | None, with_tokens: bool
) -> None:
    editing = st.session_state.get("editing") == (video.id, segment.position)
    picture, words = st.columns([1, 3], gap="medium")
    if frame is not None:
        picture.html(
            f'<img class="segment-frame" loading="lazy" alt="Frame at {clock(frame.time_s)}"'
            f' src="{frame_address(video.id, frame.index)}">'
        )
    with words:
        if editing:
            _form(db, segment)
        else:
            _text(db, video, segment, with_tokens)


def _text(db: Database, video: Video, segment: Caption, with_tokens: bool) -> None:
    said = [
        f'<div class="card-facts">{clock(segment.start_s)} – {clock(segment.end_s)}</div>',
        f'<div class="segment-text">{html.escape(segment.text)}</div>',
    ]
    if segment.corrected:
        first = f"{clock(segment.original_start_s or 0)} – {clock(segment.original_end_s or 0)}"
        said.append(
            f'<div class="segment-was">Corrected. It was, {first}: '
            f"<q>{html.escape(segment.original_text or '')}</q></div>"
        )
    if with_tokens:
        chips = "".join(
            f"<span>{html.escape(token)}</span>" for token in tokens(segment.text, video.language)
        )
        said.append(f'<div class="tokens">{chips}</div>')
    st.html("".join(said))
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Correct",
            key=f"edit-{segment.position}",
            type="tertiary",
            icon=":material/edit:",
            on_click=_open,
            args=(segment,),
        )
        if segment.corrected:
            st.button(
                "Revert to the original",
                key=f"revert-{segment.position}",
                type="tertiary",
                icon=":material/undo:",
                on_click=captions.revert,
                args=(db, video.id, segment.position),
            )


def _form(db: Database, segment: Caption) -> None:
    with st.form(f"segment-{segment.position}", border=False):
        text = st.text_area("Text", segment.text, height=80)
        left, right, save, leave = st.columns(4, vertical_alignment="bottom")
        start_s = left.number_input("Starts at (s)", value=segment.start_s, step=0.1, format="%.2f")
        end_s = right.number_input("Ends at (s)", value=segment.end_s, step=0.1, format="%.2f")
        saved = save.form_submit_button("Save", type="primary", width="stretch")
        leave.form_submit_button("Cancel", width="stretch", on_click=_close)
    if saved:
        try:
            captions.correct(
                db,
                segment.video_id,
                segment.position,
                text=text.strip(),
                start_s=start_s,
                end_s=end_s,
            )
        except AffinityError as error:
            st.error(plain(str(error)))
        else:
            _close()
            st.rerun()


def _open(segment: Caption) -> None:
    st.session_state["editing"] = (segment.video_id, segment.position)


def _close() -> None:
    st.session_state.pop("editing", None)  # a second click may come before the form is gone
