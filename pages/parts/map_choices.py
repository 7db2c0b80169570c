"""What an analyst chooses for the map: run, colour, projection, k; all of it in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.analysis import clustering, projection
from core.records import Run
from models.config import MODELS

COLOURS = {"cluster": "Cluster", "group": "Group", "video": "Video", "time": "Time"}
_STANDARD_K = 8


@dataclass(frozen=True)
class MapChoices:
    """One choice of everything; `k` is None for a run that is too small to divide."""

    run: Run
    colour: str
    projection: str
    settings: dict[str, Any]
    method: str
    k: int | None


def explorable(known: list[Run]) -> list[Run]:
    """The runs with a map, what to open first at the head: trained ones before the automatic."""
    finished = [run for run in known if run.state == "done" and run.frames]
    return sorted(finished, key=lambda run: (run.automatic, -(run.finished_at or run.created_at)))


def choose_map(run: Run) -> MapChoices:
    """The row of controls above the map."""
    with st.container(key="map_choices", horizontal=True, gap="medium"):
        colour = st.segmented_control(
            "Colour",
            list(COLOURS),
            default="cluster",
            required=True,
            format_func=COLOURS.__getitem__,
            key="colour",
            bind="query-params",
        )
        layout = _one_of("Projection", projection.METHODS, "projection", 110)
        settings = _settings(layout, run.frames)
        k = _choose_k(run.frames)
        method = _one_of("Clustering", clustering.METHODS, "method", 170)
    return MapChoices(run, colour or "cluster", layout, settings, method, k)


def choose_run(finished: list[Run]) -> Run:
    """The run whose map is drawn."""
    by_id = {run.id: run for run in finished}
    chosen = st.selectbox(
        "Run",
        list(by_id),
        format_func=lambda run_id: _run_label(by_id[run_id]),
        key="run",
        bind="query-params",
        label_visibility="collapsed",
    )
    return by_id.get(chosen, finished[0])


def _run_label(run: Run) -> str:
    kind = "automatic" if run.automatic else run.preset
    title = MODELS[run.model].title if run.model in MODELS else run.model
    return f"{run.name} · {title}, {kind}"


def _one_of(label: str, titles: dict[str, str], key: str, width: int) -> str:
    chosen = st.selectbox(
        label,
        list(titles),
        format_func=titles.__getitem__,
        key=key,
        bind="query-params",
        width=width,
    )
    return chosen if chosen in titles else next(iter(titles))


def _settings(layout: str, frames: int) -> dict[str, Any]:
    """t-SNE's perplexity, within what the number of frames allows; the others have no setting."""
    perplexity = None
    highest = projection.largest_perplexity(frames)
    if layout == "tsne" and highest > projection.SMALLEST_PERPLEXITY:
        perplexity = st.slider(
            "Perplexity",
            projection.SMALLEST_PERPLEXITY,
            highest,
            min(projection.PERPLEXITY, highest),
            key="perplexity",
            bind="query-params",
            help="How many neighbours t-SNE keeps together: few for detail, many for the whole.",
            width=190,
        )
    return projection.settings_of(layout, frames, perplexity)


def _choose_k(frames: int) -> int | None:
    offered = clustering.offered(frames)
    if len(offered) < 2:
        return offered[0] if offered else None
    return st.slider(
        "Clusters (k)",
        offered[0],
        offered[-1],
        min(_STANDARD_K, offered[-1]),
        key="k",
        bind="query-params",
        width=220,
    )
