"""Whether a comparison is there: small ones are made at once, large ones and pictures by a job."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.pipeline.comparison.compare import Comparison, compare, identifier, stored
from core.records import Clustering, Run
from core.storage import Database, comparisons
from core.storage.progress import Progress
from pages.parts.shared.wording import job_state, plain

_AT_ONCE = 2_000  # frames: so many are compared within a second


def ready_comparison(db: Database, run: Run, clustering: Clustering) -> Comparison | None:
    """The comparison, or None with its progress in its place."""
    try:
        found = stored(db, clustering)
        if found is None and run.frames <= _AT_ONCE:
            return compare(db, clustering, Progress(None))
        if found is None:
            _follow(db, clustering, identifier(db, clustering), "The comparison")
        return found
    except AffinityError as error:
        st.error(plain(str(error)))
        return None


def pictures_ready(db: Database, clustering: Clustering, comparison: Comparison) -> bool:
    """Whether each group's part of the clusters is decoded; else it is asked for."""
    if comparisons.centre_texts(db, clustering.run_id, comparison.id) is not None:
        return True
    _follow(db, clustering, comparison.id, "Each group’s part of the clusters, decoded")
    return False


def _follow(db: Database, clustering: Clustering, content: str, what: str) -> None:
    """Ask once per session, and show how far it is; what failed is asked again by its button."""
    asked: dict[str, str] = st.session_state.setdefault("asked-comparisons", {})
    try:
        if content not in asked:
            asked[content] = jobs.submit_comparison(db, clustering.id, content)
        st.fragment(_progress, run_every=1)(db, asked[content], content, what)
    except AffinityError as error:
        st.warning(plain(str(error)))


def _progress(db: Database, job_id: str, content: str, what: str) -> None:
    job = jobs.get(db, job_id)
    if job.state == "done":
        st.session_state["asked-comparisons"].pop(content, None)
        st.rerun()
    if job.state in ("failed", "cancelled"):
        words, again = st.columns([5, 1], vertical_alignment="center")
        words.error(plain(f"{what}: {job.message or 'this ended without a reason.'}"))
        if again.button("Try again", key=f"again-{content}"):
            st.session_state["asked-comparisons"].pop(content, None)
            st.rerun()
        return
    st.progress(min(1.0, job.progress), f"{what}: {plain(job_state(job))}")
