"""A video's caption segments, ten at a time: in time or least sure first, to be corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.records import Caption, Frame, Video
from core.storage import Database, captions, videos
from pages.parts.shared.wording import captions_said, plain
from pages.parts.transcripts.downloads import download
from pages.parts.transcripts.editing import Answer, answer_to
from pages.parts.transcripts.editor import editor, message

_ROWS = 10
_LOW = 0.7  # a segment's confidence: less is "less sure"
_ANSWER = "transcript-answer"
_SHOWN: dict[str, Callable[[Caption], bool]] = {
    "All": lambda _: True,
    "Less sure": lambda one: not one.corrected and (one.confidence or 1.0) < _LOW,
    "Corrected": lambda one: one.corrected,
}
_ORDERS = ("In time", "Least sure first")


def segment_list(db: Database, video: Video) -> None:
    """The page of segments, with the choice of what is shown of them."""
    video = videos.get(db, video.id)  # a fragment runs without the page: its captions change
    known = captions.of_video(db, video.id)
    st.caption(f"{plain(video.group)} · {plain(captions_said(video))}")
    listed, with_tokens = _listed(db, video, known)
    pages = max(1, -(-len(listed) // _ROWS))
    key = f"segments-{video.id}"
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = pages
    page = st.pagination(pages, key=key) if pages > 1 else 1
    if not listed:
        st.info("No segment is like that; choose All to see every one.")
    sampled = videos.frames_of(db, video.id)
    editor(
        video,
        [(one, frame_at(sampled, one)) for one in listed[_ROWS * (page - 1) : _ROWS * page]],
        with_tokens=with_tokens,
        more=(page > 1, page < pages),
        next_step=captions.changes(db, video.id),
        answer=st.session_state.get(_ANSWER, {"number": 0, "done": True, "sentence": ""}),
        hear=lambda: _hear(db, video.id, key),
    )


def frame_at(sampled: Sequence[Frame], segment: Caption) -> Frame | None:
    """The first frame shown while the segment is spoken, else the one nearest to its start."""
    within = (f for f in sampled if segment.start_s <= f.time_s < segment.end_s)
    nearest = min(sampled, key=lambda f: abs(f.time_s - segment.start_s), default=None)
    return next(within, nearest)


def _listed(db: Database, video: Video, known: list[Caption]) -> tuple[list[Caption], bool]:
    """The segments that are wanted, in their order; whether with their words."""
    measured = any(one.confidence is not None for one in known)
    counts = {name: sum(map(wanted, known)) for name, wanted in _SHOWN.items()}
    offered = [name for name in _SHOWN if name != "Less sure" or measured]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        shown = st.segmented_control(
            "Show",
            offered,
            default="All",
            required=True,
            key="segments-shown",
            format_func=lambda name: f"{name} ({counts[name]})",
            label_visibility="collapsed",
        )
        order = _ORDERS[0]
        if measured:
            order = st.selectbox(
                "Order", _ORDERS, key="segments-order", label_visibility="collapsed", width=180
            )
        with_tokens = st.toggle("Show tokens", help="The words as the models and tables see them.")
        download(video, known)
    listed = [one for one in known if _SHOWN[shown](one)]
    if order == _ORDERS[1]:
        listed.sort(key=_certainty)
    return listed, with_tokens


def _certainty(segment: Caption) -> tuple[bool, float]:
    """Those that somebody has corrected come last."""
    return segment.corrected, 1.0 if segment.confidence is None else segment.confidence


def _hear(db: Database, video_id: str, page_key: str) -> None:
    asked = message()
    if not asked:  # it was under way while another page was opened
        return
    before = st.session_state.get(_ANSWER, {"number": 0})["number"]
    if asked.get("act") == "page":
        st.session_state[page_key] = st.session_state.get(page_key, 1) + int(asked.get("by", 0))
        came = Answer(True, f"Page {st.session_state[page_key]}")
    else:
        came = answer_to(db, video_id, asked)
    st.session_state[_ANSWER] = {"number": before + 1, **came._asdict()}
