"""Frames that are left out of comparisons: proposed with pictures, one click each, taken back."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from core.analysis.faulty_frames import KINDS
from core.errors import AffinityError
from core.format import count
from core.pipeline.comparison.find_faulty import Candidates, find_faulty
from core.records import FrameId
from core.storage import Database, left_out, videos
from pages.parts.shared.film_strip import frame_address
from pages.parts.shared.wording import plain

_LOOKED, _PICTURES = "faulty-looked-for", 8
_ABOUT = (
    "Black, uniform and frozen frames say nothing of what a video shows. What is left out here is "
    "in no comparison, and the tables mark it; trainings and clusters stay as they are."
)


def frames_left_out(db: Database) -> None:
    """Closed until it is wanted; its head says how many are left out."""
    gone = left_out.every(db)
    head = "Leave frames out" + (f": {count(len(gone), 'frame')}" if gone else "")
    with st.expander(head, icon=":material/filter_alt_off:", key="left-out"):
        st.markdown(_ABOUT)
        if st.button("Look for black, uniform and frozen frames", icon=":material/search:"):
            st.session_state[_LOOKED] = True
        if st.session_state.get(_LOOKED):
            _candidates(db)
        _taken(db, gone)


def _candidates(db: Database) -> None:
    try:
        found = find_faulty(db)
    except AffinityError as error:
        st.error(plain(str(error)))
        return
    if not found:
        st.caption("None was found that is not left out already.")
    for one in found:
        with st.container(border=True, key=f"faulty-{one.video_id}-{one.kind}"):
            st.markdown(f"**{plain(one.title)}**: {one.kind}, {KINDS[one.kind]}")
            _strip(one.frames)
            label = f"Leave {count(len(one.frames), 'frame')} out"
            if st.button(label, key=f"leave-{one.video_id}-{one.kind}"):
                _attempt(lambda one=one: _leave(db, one))


def _leave(db: Database, one: Candidates) -> None:
    left_out.add(db, one.frames, one.kind)


def _taken(db: Database, gone: dict[FrameId, str]) -> None:
    """What is left out, by video and reason, each with the way back."""
    for (video_id, reason), frames in groupby(gone, lambda frame: (frame.video_id, gone[frame])):
        own = tuple(frames)
        with st.container(horizontal=True, vertical_alignment="center"):
            title = plain(videos.get(db, video_id).title)
            why = f", {plain(reason)}" if reason else ""
            st.markdown(f"{title}: {count(len(own), 'frame')} left out{why}", width="stretch")
            if st.button("Take in again", key=f"take-{own[0]}-{len(own)}", icon=":material/undo:"):
                _attempt(lambda own=own: left_out.remove(db, own))


def _strip(frames: Sequence[FrameId]) -> None:
    step = max(1, len(frames) // _PICTURES)
    pictures = "".join(
        f'<figure><img src="{html.escape(frame_address(*frame))}" loading="lazy" '
        f'alt="Frame {html.escape(str(frame))}"></figure>'
        for frame in frames[::step][:_PICTURES]
    )
    st.html(f'<div class="film-strip">{pictures}</div>')


def _attempt(make: Callable[[], Any]) -> None:
    try:
        make()
    except AffinityError as error:
        st.error(plain(str(error)))
    else:
        st.rerun()
