"""What the tables are before there are any, the buttons that make them, and how far that is."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.jobs.devices import gpus
from core.storage import Database
from core.tables import store
from core.tables.plan import KINDS
from core.tables.wording import QUICK
from pages.parts.shared.job_progress import active_jobs, bar
from pages.parts.shared.wording import plain

Shown = tuple[frozenset[str], tuple[float | None, ...]]


def about_tables() -> None:
    """What will be made, and how long it takes."""
    st.info(
        "Two reports published how well their models reconstruct frames (Table 1) and frames with "
        "captions (Table 2). Here the same models are trained on the videos of this library, each "
        "group by itself and all together, and measured in the same unit and way. Published "
        "figures belong to groups named cn and us.\n\n"
        f"**Quick**: about 20 minutes on a laptop; {QUICK}.  \n"
        "**Full**: the published sizes, about 460 million parameters in the largest; needs a GPU.",
        icon=":material/table_chart:",
    )


def make_tables(db: Database) -> None:
    """The two buttons; the full tables ask back where there is no GPU."""
    making = {job.subject for job in active_jobs(db, ("tables",))}
    with st.container(horizontal=True):
        made = store.load(db, "quick") is not None
        label = "Make the quick tables again" if made else "Make the quick tables"
        if st.button(
            label,
            type="secondary" if made else "primary",
            icon=":material/speed:",
            disabled="quick" in making,
            help="What is trained already is not trained again.",
        ):
            _start(db, "quick")
        _full(db, disabled="full" in making)


def progress(db: Database) -> None:
    """The jobs that make tables, renewed every second; the page follows the tables as they grow."""
    if active_jobs(db, ("tables",)):
        with st.container(border=True, key="watch"):
            st.fragment(_bars, run_every=1)(db, _situation(db))


def _full(db: Database, disabled: bool) -> None:
    label = "Make the full tables"
    if gpus():
        if st.button(label, icon=":material/table_chart:", disabled=disabled):
            _start(db, "full")
        return
    with st.popover(label, icon=":material/table_chart:", disabled=disabled):
        st.markdown(
            "This machine shows no GPU. On a CPU the published sizes take days, and the largest "
            "needs about 10 GB of memory. Other trainings wait for that long."
        )
        if st.button("Make them on this CPU", key="full-anyway"):
            _start(db, "full")


def _start(db: Database, kind: str) -> None:
    try:
        jobs.submit_tables(db, kind, {}, [])
    except AffinityError as error:
        st.error(plain(str(error)))
        return
    st.rerun()


def _situation(db: Database) -> Shown:
    """The jobs, and when they were last written: when this changes, so does the page."""
    written = tuple((store.load(db, kind) or {}).get("made_at") for kind in KINDS)
    return frozenset(job.id for job in active_jobs(db, ("tables",))), written


def _bars(db: Database, shown: Shown) -> None:
    if _situation(db) != shown:
        st.rerun()
    for job in active_jobs(db, ("tables",)):
        bar(db, job, can_cancel=True)
    st.caption(
        "Cancelling keeps what is trained: making the tables again goes on from there. Each "
        "training is also in the list on the page Train."
    )
