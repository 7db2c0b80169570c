"""What failed and is worth another attempt: when it is made by itself, and a button for all now."""

from __future__ import annotations

import time

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.format import count, day_and_time
from core.records import Video
from core.storage import Database, videos
from pages.parts.shell.notices import say

_LOOK_S = 20.0


def retries(db: Database, known: list[Video]) -> None:
    """One line for all of them; the page is drawn again when one has been taken up."""
    failed = [video for video in known if video.can_retry]
    if not failed:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="failed"):
        st.markdown(_said(failed), width="content")
        if st.button(_label(failed), icon=":material/refresh:", key="retry-all"):
            _all_again(db, failed)
    if any(video.retry_at is not None for video in failed):
        st.fragment(_await, run_every=_LOOK_S)(db, _due(failed))


def refusal(video: Video) -> None:
    """Of one video: when it goes on by itself, and what YouTube's own words were."""
    if video.retry_at is not None:
        what = "Captions are asked for again" if video.state == "ready" else "Goes on by itself"
        st.caption(f":material/schedule: {what} {_when(video.retry_at)}.")
    if details := video.refusal.get("details"):
        with st.expander("Details"):
            st.text(str(details))


def _said(failed: list[Video]) -> str:
    unread = sum(video.state == "failed" for video in failed)
    lacking = len(failed) - unread
    parts = [f"**{count(unread, 'video')} could not be read.**"] if unread else []
    parts += [f"**{count(lacking, 'video')} still without captions.**"] if lacking else []
    due = [video.retry_at for video in failed if video.retry_at is not None]
    if due:
        parts.append(f"The next attempt is made by itself {_when(min(due))}.")
    return " ".join(parts)


def _label(failed: list[Video]) -> str:
    if len(failed) == 1:
        return "Try the failed one again"
    return f"Try the {len(failed)} failed ones again"


def _all_again(db: Database, failed: list[Video]) -> None:
    try:
        for video in failed:
            jobs.submit_ingest(db, video.id)
    except AffinityError as error:
        say("error", str(error))
    st.rerun()


def _when(retry_at: float) -> str:
    return "in a moment" if retry_at <= time.time() else day_and_time(retry_at)


def _due(known: list[Video]) -> dict[str, float | None]:
    return {video.id: video.retry_at for video in known if video.can_retry}


def _await(db: Database, before: dict[str, float | None]) -> None:
    if _due(videos.every(db)) != before:
        st.rerun()
