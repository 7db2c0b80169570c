"""What an analyst chooses for the map, all in the address: run, projection, clusters, weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.analysis import projection
from core.analysis.weighting import Weights
from core.records import Run
from models.config import MODELS
from pages.parts.division.cluster_choices import choose_division, number
from pages.parts.shared.choices import PERPLEXITY, PROJECTION, RUN


@dataclass(frozen=True)
class MapChoices:
    """One choice of everything; `k` is None for a run that is too small to divide.

    `weights` of the latent's blocks, {} for all 1; those of the projection are in its settings too.
    """

    run: Run
    projection: str
    settings: dict[str, Any]
    method: str
    k: int | None
    weights: Weights
    smallest: int = 0  # frames of HDBSCAN's smallest cluster; its k is 0
    edited: str = ""  # the id of an edited clustering; its k is 0


def explorable(known: list[Run]) -> list[Run]:
    """The runs with a map, what to open first at the head: trained ones before the automatic."""
    finished = [run for run in known if run.state == "done" and run.frames]
    return sorted(finished, key=lambda run: (run.automatic, -(run.finished_at or run.created_at)))


def choose_run(finished: list[Run]) -> Run:
    """The run whose map is drawn."""
    by_id = {run.id: run for run in finished}
    chosen = RUN.among(
        by_id,
        finished[0].id,
        lambda key: st.selectbox(
            "Run",
            list(by_id),
            format_func=lambda run_id: _run_label(by_id[run_id]),
            key=key,
            label_visibility="collapsed",
        ),
    )
    return by_id[chosen]


def choose_map(
    run: Run, choose_weights: Callable[[Run], Weights], edited: Mapping[str, str]
) -> MapChoices:
    """What the map is drawn by, in the line above it; `choose_weights` draws its own control.

    `edited` are the titles of the run's edited clusterings, by id.
    """
    layout = PROJECTION.among(
        projection.METHODS,
        next(iter(projection.METHODS)),
        lambda key: st.selectbox(
            "Projection",
            list(projection.METHODS),
            format_func=projection.METHODS.__getitem__,
            key=key,
            label_visibility="collapsed",
            width=100,
        ),
    )
    perplexity = _choose_perplexity(layout, run.frames)
    division = choose_division(run, edited)
    weights = choose_weights(run)
    settings = projection.settings_of(layout, run.frames, perplexity, weights)
    method, k, smallest, clustering = division
    return MapChoices(run, layout, settings, method, k, weights, smallest, clustering)


def _run_label(run: Run) -> str:
    kind = "automatic" if run.automatic else run.preset
    title = MODELS[run.model].title if run.model in MODELS else run.model
    return f"{run.name} · {title}, {kind}"


def _choose_perplexity(layout: str, frames: int) -> int | None:
    """t-SNE's perplexity, within what the number of frames allows; the others have no setting."""
    lowest, highest = projection.SMALLEST_PERPLEXITY, projection.largest_perplexity(frames)
    if layout != "tsne" or highest <= lowest:
        return None
    default = min(projection.PERPLEXITY, highest)
    about = "How many neighbours t-SNE keeps together: few for detail, many for the whole."
    with (
        st.container(key="icon_perplexity", width="content"),
        st.popover(
            "Perplexity", icon=":material/settings:", width="content", help="Settings of t-SNE"
        ),
    ):
        return number(PERPLEXITY, "Perplexity", range(lowest, highest + 1), default, about)
