"""Which clustering and projection the map shows: the chosen ones, or the last while they come."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.records import Job
from core.storage import Database, analyses
from pages.parts.division.map_choices import MapChoices
from pages.parts.shared.wording import job_state, plain


def chosen_projection(db: Database, chosen: MapChoices) -> str | None:
    """The id of the layout to draw now; None while the run has none at all."""
    wanted = analyses.projection_id(chosen.run.id, chosen.projection, chosen.settings)
    there = [p.id for p in analyses.projections_of(db, chosen.run.id)]

    def submit() -> str:
        return jobs.submit_projection(db, chosen.run.id, chosen.projection, chosen.settings)

    return _ready(db, wanted, there, submit, "map")


def chosen_clustering(db: Database, chosen: MapChoices) -> str | None:
    """The id of the clustering to show now; None while the run has none at all."""
    if chosen.k is None:
        return None
    k = chosen.k
    asked = (chosen.run.id, chosen.method, k, 0, chosen.weights, chosen.smallest)
    wanted = analyses.clustering_id(*asked)
    there = [c.id for c in analyses.clusterings_of(db, chosen.run.id)]

    def submit() -> str:
        return jobs.submit_clustering(db, *asked)

    return _ready(db, wanted, there, submit, "clusters")


def _ready(
    db: Database, wanted: str, there: list[str], submit: Callable[[], str], what: str
) -> str | None:
    """`wanted` where it is there; else have it made, and go on with what was shown before."""
    last = f"shown-{what}"
    if wanted in there:
        st.session_state[last] = wanted
        return wanted
    try:
        job_id = _asked(wanted, submit)
        st.fragment(_progress, run_every=1)(db, job_id, wanted, what)
    except AffinityError as error:
        st.warning(plain(str(error)))
    shown = st.session_state.get(last)
    return shown if shown in there else next(iter(there), None)


def _asked(wanted: str, submit: Callable[[], str]) -> str:
    """Ask once per session: what failed is asked again by its button only."""
    asked: dict[str, str] = st.session_state.setdefault("asked-analyses", {})
    if wanted not in asked:
        asked[wanted] = submit()
    return asked[wanted]


def _progress(db: Database, job_id: str, wanted: str, what: str) -> None:
    job = jobs.get(db, job_id)
    if job.state == "done":
        st.session_state["asked-analyses"].pop(wanted, None)
        st.rerun()
    if job.state in ("failed", "cancelled"):
        _ended_badly(job, wanted)
        return
    st.progress(
        min(1.0, job.progress),
        f"The new {what}: {plain(job_state(job))}. The one below stays until then.",
    )


def _ended_badly(job: Job, wanted: str) -> None:
    words, again = st.columns([5, 1], vertical_alignment="center")
    words.error(plain(job.message or "This ended without a reason."))
    if again.button("Try again", key=f"again-{wanted}"):
        st.session_state["asked-analyses"].pop(wanted, None)
        st.rerun()
