"""Whether a comparison is there: small ones are made at once, large ones and pictures by a job."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.pipeline.comparison.compare import Comparison, compare, identifier, of_identifier
from core.pipeline.curation.only import Only
from core.records import Clustering, Run
from core.storage import Database, comparisons
from core.storage.progress import Progress
from pages.parts.shared.job_progress import follow
from pages.parts.shared.wording import plain

_AT_ONCE = 2_000  # frames: so many are compared within a second


def ready_comparison(
    db: Database, run: Run, clustering: Clustering, by: str, only: Only | None
) -> Comparison | None:
    """The comparison, or None with its progress in its place."""
    try:
        content = identifier(db, clustering, by, only)
        found = of_identifier(db, run.id, content)
        if found is None and run.frames <= _AT_ONCE:
            return compare(db, clustering, Progress(None), by, only)
        if found is None:
            _follow(db, clustering, content, by, only.where if only else "", "The comparison")
        return found
    except AffinityError as error:
        st.error(plain(str(error)))
        return None


def pictures_ready(db: Database, clustering: Clustering, comparison: Comparison) -> bool:
    """Whether each group's part of the clusters is decoded; else it is asked for."""
    if comparisons.decoded(db, clustering.run_id, comparison.id):
        return True
    by, where = comparison.by, comparison.where
    what = "Each group’s part of the clusters, decoded"
    _follow(db, clustering, comparison.id, by, where, what)
    return False


def _follow(
    db: Database, clustering: Clustering, content: str, by: str, where: str, what: str
) -> None:
    submit = partial(jobs.submit_comparison, db, clustering.id, content, by, where)
    follow(db, content, submit, what)
