"""What an analyst chooses for the map: run, projection, k, weights, colour; all in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.analysis import projection
from core.analysis.weighting import Weights
from core.records import Run
from models.config import MODELS
from pages.parts.division.cluster_choices import choose_division
from pages.parts.map import COLOURS
from pages.parts.shared.address_choices import begin_with, keep


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


def explorable(known: list[Run]) -> list[Run]:
    """The runs with a map, what to open first at the head: trained ones before the automatic."""
    finished = [run for run in known if run.state == "done" and run.frames]
    return sorted(finished, key=lambda run: (run.automatic, -(run.finished_at or run.created_at)))


def choose_run(finished: list[Run]) -> Run:
    """The run whose map is drawn."""
    by_id = {run.id: run for run in finished}
    default = finished[0].id
    begin_with("run", by_id, default)
    chosen = st.selectbox(
        "Run",
        list(by_id),
        format_func=lambda run_id: _run_label(by_id[run_id]),
        key="run",
        label_visibility="collapsed",
    )
    return by_id[keep("run", chosen, default)]


def choose_map(run: Run, weights: Weights) -> MapChoices:
    """The row of controls above the map, which is drawn by these weights."""
    with st.container(key="map_choices", horizontal=True, gap="medium"):
        layout = _one_of("Projection", projection.METHODS, "projection", 110)
        perplexity = _choose_perplexity(layout, run.frames)
        division = choose_division(run)
    settings = projection.settings_of(layout, run.frames, perplexity, weights)
    method, k, smallest = division
    return MapChoices(run, layout, settings, method, k, weights, smallest)


def colour_now() -> str:
    """What the map's colours say; chosen on the map itself, kept like the other choices."""
    default = next(iter(COLOURS))
    begin_with("colour", COLOURS, default)
    return keep("colour", st.session_state["colour"], default)


def keep_colour(name: str) -> None:
    """Another colour was chosen on the map."""
    if name in COLOURS:
        st.session_state["colour"] = name
        colour_now()


def _run_label(run: Run) -> str:
    kind = "automatic" if run.automatic else run.preset
    title = MODELS[run.model].title if run.model in MODELS else run.model
    return f"{run.name} · {title}, {kind}"


def _one_of(label: str, titles: dict[str, str], key: str, width: int) -> str:
    default = next(iter(titles))
    begin_with(key, titles, default)
    chosen = st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key, width=width)
    return keep(key, chosen, default)


def _choose_perplexity(layout: str, frames: int) -> int | None:
    """t-SNE's perplexity, within what the number of frames allows; the others have no setting."""
    lowest, highest = projection.SMALLEST_PERPLEXITY, projection.largest_perplexity(frames)
    if layout != "tsne" or highest <= lowest:
        return None
    default = min(projection.PERPLEXITY, highest)
    about = "How many neighbours t-SNE keeps together: few for detail, many for the whole."
    return _number("Perplexity", "perplexity", range(lowest, highest + 1), default, about)


def _number(label: str, key: str, offered: range, default: int, about: str) -> int:
    begin_with(key, offered, default)
    chosen = st.slider(label, offered[0], offered[-1], key=key, help=about, width=190)
    return keep(key, chosen, default)
