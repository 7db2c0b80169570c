"""One run, live while it trains: how far it is, its loss, its pictures, its log."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core import jobs
from core.charts.loss import bound_curve, loss_curve, text_curve
from core.format import count, duration
from core.jobs.submit import submit_run
from core.records import Job, Run
from core.storage import Database, left_out, results, runs
from models.units import PIXEL_ERROR
from pages.parts.shared.job_progress import cancel
from pages.parts.shared.open_project import base_address
from pages.parts.shared.plot_bar import PLOT_BAR
from pages.parts.shared.run_measures import measures
from pages.parts.shared.wording import error, job_state, plain
from pages.parts.shell import routes

_ACTIVE = ("queued", "running")
Colour = Literal["gray", "blue", "green", "red"]
_STATES: dict[str, tuple[str, Colour]] = {
    "queued": ("Waiting", "gray"),
    "running": ("Training", "blue"),
    "done": ("Done", "green"),
    "failed": ("Failed", "red"),
    "cancelled": ("Cancelled", "gray"),
}


def run_view(db: Database, run: Run) -> None:
    """Draw the run; while it trains the drawing is renewed every second, and only it."""
    with st.container(border=True, key="run_view"):
        st.fragment(_run, run_every=1 if run.state in _ACTIVE else None)(db, run.id, run.state)


def state_badge(run: Run) -> None:
    """The run's state as a word on a colour."""
    word, colour = _STATES[run.state]
    st.badge(word, color=colour)


def _run(db: Database, run_id: str, drawn_as: str) -> None:
    run = runs.get(db, run_id)
    if run.state != drawn_as:
        st.rerun()  # the whole page changes with it; once it has ended, the asking stops
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(run.name), width="content", anchor=False)
        state_badge(run)
    if run.state in _ACTIVE:
        _under_way(db, run)
    else:
        _ended(db, run)
    _reconstructions(db, run)
    reports = results.metrics(db, run.id)
    if reports:
        st.plotly_chart(loss_curve(reports), key=f"loss-{run.id}", config=PLOT_BAR)
        for name, curve in (("text", text_curve(reports)), ("bound", bound_curve(reports))):
            if curve is not None:
                st.plotly_chart(curve, key=f"{name}-{run.id}", config=PLOT_BAR)
    said = results.log(db, run.id)
    if said:
        with st.expander("Log"), st.container(height=260, autoscroll=True):
            st.code(said, language=None)


def _under_way(db: Database, run: Run) -> None:
    job = next((job for job in jobs.of_subject(db, run.id) if job.kind == "train"), None)
    if job is None:
        if run.automatic:
            st.caption("Made by itself from all videos; its progress is on the Library page.")
        elif run.state == "running":
            st.caption("Trained for the tables; how far those are, and cancelling, is there.")
            routes.link("tables", "Open Tables")
        else:
            st.caption("Waiting for its turn")
        return
    bar, stop = st.columns([6, 1], vertical_alignment="center")
    bar.progress(min(1.0, job.progress), plain(job_state(job)))
    with stop.popover("Cancel", width="stretch"):
        _confirm_cancel(db, job)


def _confirm_cancel(db: Database, job: Job) -> None:
    st.markdown(
        "Cancel this training? Its last checkpoint is kept: starting the same training again goes "
        "on from there."
    )
    if st.button("Cancel the training", type="primary", key=f"stop-{job.id}"):
        cancel(db, job.id)
        st.rerun()


def _ended(db: Database, run: Run) -> None:
    if run.state == "done":
        _figures(db, run)
        routes.link("explore", "Open in Explore", run=run.id)
        return
    if run.state == "failed":
        st.error(plain(run.message or "The training ended without a reason; see its log."))
    with st.container(horizontal=True):
        label = "Try again" if run.state == "failed" else "Go on from the last checkpoint"
        if st.button(label, type="primary", key=f"again-{run.id}"):
            submit_run(db, run.id)
            st.rerun()


def _figures(db: Database, run: Run) -> None:
    with st.container(horizontal=True, key="figures"):
        for label, value, baseline in (
            ("Error, training frames", run.error_train, pca_error(db, run, "error_train")),
            ("Error, held-out frames", run.error_held_out, pca_error(db, run, "error_held_out")),
        ):
            beside = None if baseline is None else f"PCA {run.latent_size}: {baseline:.2f}"
            st.metric(
                label, error(value), beside, delta_color="off", delta_arrow="off", help=PIXEL_ERROR
            )
        st.metric("Took", "–" if run.seconds is None else duration(run.seconds))
        st.metric("Frames", f"{run.frames:,}", help=f"From {count(len(run.video_ids), 'video')}.")
    if gone := left_out.from_spans(run.left_out).reasons:
        st.caption(plain(f"Left out of the training: {left_out.said(gone)}."))
    measures(results.report(db, run.id))


def pca_error(db: Database, run: Run, which: str) -> float | None:
    """The same error of PCA with as many components, on the same frames."""
    return results.report(db, run.id).get("pca", {}).get(which)


def _reconstructions(db: Database, run: Run) -> None:
    pictures = results.reconstructions(db, run.id)
    if not pictures:
        if run.state in _ACTIVE:
            st.caption("Frames beside their reconstructions appear here after the first epochs.")
        return
    step, _ = pictures[-1]
    if len(pictures) > 1 and run.state not in _ACTIVE:
        step = st.select_slider(
            "After step", [s for s, _ in pictures], step, format_func="{:,}".format
        )
    address = f"{base_address()}/runs/{run.id}/reconstructions/{step}.jpg"
    st.html(
        f'<figure class="reconstructions"><img src="{address}"'
        f' alt="Frames above, the same decoded from their latents below">'
        f"<figcaption>Above the frames, below the same decoded from their latents, "
        f"after step {step:,}</figcaption></figure>"
    )
