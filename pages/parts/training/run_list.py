"""Every run in a table of rows: what it is, how good, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.errors import AffinityError
from core.format import count, duration
from core.records import Run
from core.storage import Database, runs
from models.config import MODELS
from models.units import PIXEL_ERROR
from pages.parts.shared.choices import TRAINING
from pages.parts.shared.wording import error, plain
from pages.parts.shell import routes
from pages.parts.shell.notices import say
from pages.parts.training.run_view import pca_error, state_badge

_ROWS = 10
_WIDTHS = [5, 2, 2, 2, 2, 2, 2, 2]
_HEADS = ("Run", "State", "Training", "Held-out", "PCA (both)", "Took", "Frames", "")


def run_list(db: Database, known: list[Run]) -> None:
    """The runs, newest first, ten at a time."""
    if not known:
        return
    drawn: dict[str, str] = {run.id: run.state for run in known}
    active = any(state in ("queued", "running") for state in drawn.values())
    st.fragment(_renew, run_every=2 if active else None)(db, drawn)
    st.subheader("Runs")
    st.caption(
        f"{count(len(known), 'run')}. Errors are {PIXEL_ERROR}, lower is better; PCA has as many "
        "components as the model has latent dimensions, at most one less than frames."
    )
    pages = -(-len(known) // _ROWS)
    page = st.pagination(pages, key="runs-page") if pages > 1 else 1
    with st.container(key="run_list", gap=None):
        for column, head in zip(st.columns(_WIDTHS), _HEADS, strict=True):
            column.caption(head)
        for run in known[_ROWS * (page - 1) : _ROWS * page]:
            _row(db, run)


def _row(db: Database, run: Run) -> None:
    cells = st.columns(_WIDTHS, vertical_alignment="center")
    cells[0].markdown(f"**{plain(run.name)}**  \n:small[:gray[{_kind(run)}]]")
    with cells[1]:
        state_badge(run)
    cells[2].markdown(error(run.error_train))
    cells[3].markdown(error(run.error_held_out))
    cells[4].markdown(_pca(db, run))
    cells[5].markdown("–" if run.seconds is None else duration(run.seconds))
    cells[6].markdown(f"{run.frames:,}")
    with cells[7].popover("More", width="stretch"):
        _more(db, run)


def _kind(run: Run) -> str:
    title = MODELS[run.model].title if run.model in MODELS else run.model
    return f"{title}, automatic" if run.automatic else f"{title}, {run.preset}"


def _pca(db: Database, run: Run) -> str:
    """Both errors of the baseline, "1.20 / 3.41"; "–" for PCA itself and before there are any."""
    errors = [pca_error(db, run, which) for which in ("error_train", "error_held_out")]
    return "–" if errors[0] is None else " / ".join(map(error, errors))


def _renew(db: Database, drawn: dict[str, str]) -> None:
    """Draw the page again when a run has come, gone, or changed its state."""
    if {run.id: run.state for run in runs.every(db)} != drawn:
        st.rerun()


def _more(db: Database, run: Run) -> None:
    if run.state == "done":
        routes.link("explore", "Open in Explore", run=run.id)
    routes.link("train", "Show the training", run=run.id)
    with st.form(f"rename-{run.id}", border=False):
        name = st.text_input("Name", run.name, max_chars=120)
        if st.form_submit_button("Rename") and name.strip():
            runs.update(db, run.id, name=name.strip())
            st.rerun()
    lost = "its model, maps and clusters"
    if runs.has_named_clusters(db, run.id):
        lost += ", and the names you gave to its clusters"
    st.markdown(f"Deleting it loses {lost}.")
    if st.button("Delete for good", key=f"delete-run-{run.id}", type="primary"):
        _delete(db, run)


def _delete(db: Database, run: Run) -> None:
    try:
        if run.state in ("queued", "running"):
            for job in jobs.of_subject(db, run.id):
                jobs.cancel(db, job.id)
        runs.delete(db, run.id)
        say("success", f"{run.name} was deleted.")
    except AffinityError as error:
        say("error", str(error))
    if TRAINING.text == run.id:
        TRAINING.write("")
    st.rerun()
