"""What background jobs are doing, as bars that keep themselves up to date."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.jobs.status import live
from core.records import Job
from core.storage import Database, videos
from pages.parts.shared.wording import job_state, plain

_ASKED = "asked-jobs"  # in the session: which job makes which content


def active_jobs(db: Database, kinds: tuple[str, ...] = ()) -> list[Job]:
    """The jobs that wait or run, newest first; of some kinds only where `kinds` names them."""
    return [job for job in live(db) if not kinds or job.kind in kinds]


def watch(db: Database, kinds: tuple[str, ...], heading: str) -> None:
    """Show the active jobs of these kinds in place; the page is drawn again when they change.

    With "ingest" a video that waits for its job (somebody is about to queue it) is watched too.
    """
    shown = _situation(db, kinds)
    if not any(shown):
        return
    jobs_there = bool(shown[0])
    if jobs_there:
        st.subheader(heading)
    with st.container(border=jobs_there, key="watch"):
        st.fragment(_bars, run_every=1)(db, kinds, shown)


def _situation(db: Database, kinds: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The active jobs and the unread videos, by id: when this changes, so does the page."""
    unread = [video.id for video in videos.every(db) if video.state == "waiting"]
    return (
        frozenset(job.id for job in active_jobs(db, kinds)),
        frozenset(unread if "ingest" in kinds else ()),
    )


def bar(db: Database, job: Job, *, can_cancel: bool) -> None:
    """One job: what, how far, how long still, and a way to stop it."""
    words, button = st.columns([6, 1], vertical_alignment="center")
    words.progress(min(1.0, job.progress), f"**{plain(job.title)}** · {plain(job_state(job))}")
    if can_cancel and button.button("Cancel", key=f"cancel-{job.id}", width="stretch"):
        cancel(db, job.id)


def follow(
    db: Database, content: str, submit: Callable[[], str], what: str, meanwhile: str = ""
) -> None:
    """Have `content` made, once per session, and show how far `what` is until the page has it.

    `submit` gives the job's id. What failed is asked for again by its button only; `meanwhile` is
    said beside the progress.
    """
    asked: dict[str, str] = st.session_state.setdefault(_ASKED, {})
    try:
        if content not in asked:
            asked[content] = submit()
        st.fragment(_followed, run_every=1)(db, content, what, meanwhile)
    except AffinityError as error:
        st.warning(plain(str(error)))


def _followed(db: Database, content: str, what: str, meanwhile: str) -> None:
    asked: dict[str, str] = st.session_state[_ASKED]
    job = jobs.get(db, asked[content])
    ended_badly = job.state in ("failed", "cancelled")
    if ended_badly:
        words, again = st.columns([5, 1], vertical_alignment="center")
        words.error(plain(f"{what}: {job.message or 'this ended without a reason.'}"))
    if job.state == "done" or (ended_badly and again.button("Try again", key=f"again-{content}")):
        asked.pop(content)
        st.rerun()
    if not ended_badly:
        st.progress(min(1.0, job.progress), f"{what}: {plain(job_state(job))}{meanwhile}")


def cancel(db: Database, job_id: str) -> None:
    """Stop a job; one that has just ended by itself is no error worth a word."""
    try:
        jobs.cancel(db, job_id)
    except AffinityError as error:
        st.toast(plain(str(error)))


def _bars(db: Database, kinds: tuple[str, ...], shown: tuple[frozenset[str], ...]) -> None:
    if _situation(db, kinds) != shown:
        st.rerun()
    for job in active_jobs(db, kinds):
        bar(db, job, can_cancel=job.kind in ("ingest", "captions", "look"))
