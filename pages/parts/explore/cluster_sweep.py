"""How many clusters: every k side by side, made on request; a click on a k divides by it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core import jobs
from core.analysis.persistence import SAME_MEMBERS, STEPS
from core.analysis.suggestion import suggest
from core.analysis.sweep import SweptK
from core.charts import sweep as charts
from core.errors import AffinityError
from core.jobs.status import LIVE
from core.pipeline.comparison.looked_at import note_sweep
from core.pipeline.division.sweep import kept_sweep
from core.records import Job, Run
from core.storage import Database, left_out, sweeps
from pages.parts.division.cluster_choices import K_OF
from pages.parts.division.map_choices import MapChoices
from pages.parts.shared.attempt import attempt
from pages.parts.shared.choices import METHOD
from pages.parts.shared.job_progress import bar
from pages.parts.shared.plot_bar import PLOT_BAR
from pages.parts.shared.wording import plain

_TAKES_LONG = 20_000  # frames


def cluster_sweep(db: Database, chosen: MapChoices) -> None:
    """An expander below the map; what it says is of K-means, by the weights chosen now."""
    if not chosen.k and chosen.method != "hdbscan":
        return
    with st.expander("How many clusters? Every k compared", icon=":material/stacked_bar_chart:"):
        try:
            swept = kept_sweep(db, chosen.run.id, chosen.weights)
        except AffinityError as error:
            st.error(plain(str(error)))
            return
        if swept is None:
            _make(db, chosen)
        else:
            _show(swept, chosen)


def _show(swept: list[SweptK], chosen: MapChoices) -> None:
    suggestion = suggest(swept)
    now = chosen.k or None
    if suggestion is not None:
        words, use = st.columns([5, 1], vertical_alignment="center")
        words.markdown(f"**Suggested:** {plain(suggestion.reason)}")
        use.button(
            f"Use {suggestion.k}",
            key="use-suggested",
            disabled=suggestion.k == now,
            help="Divide the frames into so many clusters now.",
            on_click=_apply,
            args=(suggestion.k,),
            width="stretch",
        )
    st.caption(
        "K-means for each k. Click a k in any figure to divide by it; the dashed line is the k "
        "shown now."
    )
    left, right = st.columns(2)
    with left:
        _figure("Sizes of the clusters", _ABOUT_SIZES, charts.population(swept, now), "sizes")
    with right:
        _figure("How good, how stable", _ABOUT_QUALITY, charts.quality(swept, now), "quality")
    _figure("Distances", _ABOUT_DISTANCES, charts.distances(swept, now), "distances")


def _figure(title: str, about: str, figure: object, name: str) -> None:
    key = f"sweep-{name}"
    st.markdown(f"**{title}**", help=about)
    st.plotly_chart(
        figure,
        key=key,
        on_select=lambda: _clicked(key),
        selection_mode="points",
        config={**PLOT_BAR, "displayModeBar": False},
    )


def _clicked(key: str) -> None:
    chart = st.session_state.get(key)  # None where another page was opened meanwhile
    points = chart["selection"]["points"] if chart else ()
    if points:
        _apply(round(points[0]["x"]))


def _apply(k: int) -> None:
    """Before the page is drawn again: the slider of the method chosen now says k."""
    method = METHOD.text or "kmeans"
    if method not in K_OF:
        METHOD.put(method := "kmeans")
    K_OF[method].put(k)


def _make(db: Database, chosen: MapChoices) -> None:
    run = chosen.run
    job = _job(db, chosen)
    if job is not None and job.state in LIVE:
        st.fragment(_progress, run_every=1)(db, job.id)
        return
    if job is not None and job.state == "failed":
        st.error(plain(job.message or "The comparison ended without a reason."))
    st.markdown(
        "Compares the divisions into 2 to 20 clusters: how far apart they are, how large, and "
        "which come out alike from other starts and other frames. It runs in the background, "
        f"{_time_for(run)}, and is kept."
    )
    if st.button("Compare every k", type="primary", key="make-sweep"):
        attempt(lambda: _ask(db, run.id, chosen.weights))


def _ask(db: Database, run_id: str, weights: Mapping[str, float] | None) -> None:
    jobs.submit_sweep(db, run_id, weights)
    note_sweep(db, run_id, weights)


def _job(db: Database, chosen: MapChoices) -> Job | None:
    """The last job of just this sweep, whoever asked for it."""
    gone = left_out.of_run(db, chosen.run).mark
    work = f"sweep-{chosen.run.id}-{sweeps.sweep_id(chosen.run.id, chosen.weights, gone)}"
    of_run = jobs.of_subject(db, chosen.run.id)
    return next((job for job in of_run if job.id.startswith(work)), None)


def _progress(db: Database, job_id: str) -> None:
    job = jobs.get(db, job_id)
    if job.state not in LIVE:
        st.rerun()
    bar(db, job, can_cancel=True)


def _time_for(run: Run) -> str:
    if run.frames > _TAKES_LONG:
        return "some minutes for so many frames"
    return "under a minute" if run.frames <= 2_000 else "a minute or a few"


_ABOUT_SIZES = (
    "Each bar is one division, its parts the clusters from the largest up. A part in full colour "
    f"is a cluster that is there again, with at least {100 * SAME_MEMBERS:.0f} % of all members of "
    f"both in common (Jaccard), for each of the next {STEPS} k: the number of clusters did not "
    "make it. Pale parts change their members, or it is not known."
)
_ABOUT_QUALITY = (
    "Silhouette: how much nearer frames are to their own cluster than to the next one, from -1 to "
    "1. Agreement: the adjusted Rand index of the division with others from three other random "
    "starts, and with five of frames drawn again in blocks of ten; 1 is the same, 0 is chance. "
    "Above 5,000 frames, it is measured on 5,000."
)
_ABOUT_DISTANCES = (
    "What the published reports plot. Their inter-cluster distance is measured inside the "
    "clusters: from each frame to its own centre. Their cross-cluster distance adds up the pairs "
    "of centres and divides by k (k - 1), twice their number, so it is half of the mean distance "
    "of two centres; both are drawn."
)
