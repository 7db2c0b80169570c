"""Which clustering and projection the map shows: the chosen ones, or the last while they come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core import jobs
from core.pipeline.division import analyst_requests
from core.storage import Database, analyses, left_out
from pages.parts.division.edited_clusterings import submit_again
from pages.parts.division.map_choices import MapChoices
from pages.parts.shared.job_progress import follow


def chosen_projection(db: Database, chosen: MapChoices) -> str | None:
    """The id of the layout to draw now; None while the run has none at all."""
    gone = left_out.of_run(db, chosen.run).mark
    wanted = analyses.projection_id(chosen.run.id, chosen.projection, chosen.settings, gone)
    there = [p.id for p in analyses.projections_of(db, chosen.run.id)]
    submit = partial(jobs.submit_projection, db, chosen.run.id, chosen.projection, chosen.settings)
    return _ready(db, wanted, there, submit, "map")


def chosen_clustering(db: Database, chosen: MapChoices) -> str | None:
    """The id of the clustering to show now; None while the run has none at all."""
    if chosen.k is None:
        return None
    there = [c.id for c in analyses.clusterings_of(db, chosen.run.id)]
    gone = left_out.of_run(db, chosen.run).mark
    if chosen.edited:
        submit = submit_again(chosen.edited) or (lambda: "")
        if chosen.edited not in there or analyses.clustering(db, chosen.edited).without == gone:
            return _ready(db, chosen.edited, there, submit, "clusters")
        what = analyst_requests.follow(chosen.edited, gone)
        wanted = analyses.analysts_id(chosen.run.id, what)
        again = partial(jobs.submit_edit, db, chosen.run.id, what)
        return _ready(db, wanted, there, again, "clusters")
    asked = (chosen.run.id, chosen.method, chosen.k, 0, chosen.weights, chosen.smallest)
    wanted = analyses.clustering_id(*asked, gone)
    return _ready(db, wanted, there, partial(jobs.submit_clustering, db, *asked), "clusters")


def _ready(
    db: Database, wanted: str, there: list[str], submit: Callable[[], str], what: str
) -> str | None:
    """`wanted` where it is there; else have it made, and go on with what was shown before."""
    last = f"shown-{what}"
    if wanted in there:
        st.session_state[last] = wanted
        return wanted
    follow(db, wanted, submit, f"The new {what}", ". The one below stays until then.")
    shown = st.session_state.get(last)
    return shown if shown in there else next(iter(there), None)
