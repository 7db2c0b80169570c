"""The map as a component: what it is given, and what it tells. It is drawn in the browser."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from core.api import plotly_js
from core.charts.colours import CERTAINTY, CLUSTERS, GREY, KEPT, TIME, group_colours, video_colours
from core.pipeline.frame_measures import MEASURES
from core.records import Run, ShownCluster, Video
from models.config import MODELS, centre_of, says_typical_words
from pages.parts.browser import mounted
from pages.parts.browser.payload import cluster_data, run_data, video_data
from pages.parts.shared.choices import COLOUR, DIFFERENCE, FRAME, PINS, SELECTION

COLOURS = {  # what the points' colours can say, with its title and what to know of it
    "cluster": ("Cluster", ""),
    "group": ("Group", ""),
    "video": ("Video", ""),
    "time": ("Time", "Time in its own video"),
    "certainty": (
        "Certainty",
        "Which frames lie between clusters; a Gaussian mixture and HDBSCAN know it",
    ),
    "distance": ("Distance", "Distance to the centre of its cluster in the latent space"),
    "kept": ("Neighbours kept", "How many of its nearest in the latent space are near on the map"),
    "tag": ("Tag", ""),
    **MEASURES,
    "shared": ("Same neighbours", "How many of its nearest are its nearest on the other map too"),
}
_TEXTS = (FRAME, SELECTION, PINS, DIFFERENCE)
_COLUMN = "column:"  # begins the colouring by a column of the videos
_KEY = "explorer"
_VERSION = "choices-version"  # of the newest choice that the browser told of
_HERE = Path(__file__).parent
_HTML = """
<div class="vab-explorer">
  <div class="vab-trouble" role="alert"></div>
  <div class="vab-map" tabindex="0" role="application" aria-label="Map of frames">
    <div class="vab-tools" role="toolbar" aria-label="What the map shows">
      <span role="group" aria-label="Points as">
        <button type="button" data-pictures="dots" aria-pressed="true"
          title="Near by with a few frames; pressed again, without">Dots</button>
        <button type="button" data-pictures="frame" aria-pressed="false"
          title="Pictures where there is room for one">Frames</button>
        <button type="button" data-pictures="decoded" aria-pressed="false"
          title="What the model decodes from each frame's latent">Decoded</button>
      </span>
      <label><span class="vab-label">Colour</span>
        <select class="vab-colours" aria-label="Colour by">COLOURS</select></label>
      <span class="vab-walks"><button type="button" data-walk="here"
        title="Walk from what is open in the panel (W): nine keyframes">Walk</button></span>
    </div>
    <div class="vab-plot"></div>
    <canvas class="vab-tiles" aria-hidden="true"></canvas>
    <svg class="vab-marks" aria-hidden="true"></svg>
    <div class="vab-labels" aria-hidden="true"></div>
    <div class="vab-map-title"></div>
    <div class="vab-notes"></div>
    <div class="vab-live" aria-live="polite"></div>
  </div>
  <div class="vab-legend-place"></div>
  <div class="vab-walk-place"></div>
  <div class="vab-panel-place"></div>
  <div class="vab-second" hidden></div>
</div>
"""
_COLOUR_OPTIONS = "".join(
    f'<option value="{name}" title="{about}">{title}</option>'
    for name, (title, about) in COLOURS.items()
)
_explorer = st.components.v2.component(
    "affinity_explorer",
    html=_HTML.replace("COLOURS", _COLOUR_OPTIONS),
    css=(_HERE / "map.css").read_text(),
    js=mounted(_HERE / "js" / "main.js"),
    isolate_styles=False,
)
_below = st.components.v2.component(
    "affinity_cluster_cards",
    html='<div class="vab-explorer-below"><div class="vab-clusters-place"></div></div>',
    js=mounted(_HERE / "js" / "below.js"),
    isolate_styles=False,
)


class SecondMap(NamedTuple):
    """A map beside the first; of both what they are called and which group they show, "" all."""

    run: Run
    projection: str
    titles: tuple[str, str]
    only: tuple[str, str]


Wished = Callable[[Mapping[str, Any]], None]


class MapEvents(NamedTuple):
    """What was done on the map, or beside it, since the page was drawn last."""

    chosen: dict[str, Any] | None  # the choices that changed, by name
    left: dict[str, Any] | None = None  # {"clustering", "number"}: a cluster that was left out


def frame_map(
    run: Run,
    videos: list[Video],
    every_group: list[str],
    *,
    projection: str,
    clustering: str | None,
    clusters: Sequence[ShownCluster],
    rename: Wished,
    leave: Wished,
    saved: Sequence[str] = (),
    columns: Sequence[str] = (),
    sieve: str | None = None,
    second: SecondMap | None = None,
    selection_id: str | None = None,
) -> MapEvents:
    """Draw the map. Only ids and names travel with it: the browser fetches arrays once, by id.

    `clusters` says which are shown as one, and what an analyst named and coloured. `every_group`
    holds the groups of the whole library, so that each keeps its colour everywhere. `saved` are
    names of selections, which can be compared; `columns` of the videos are offered as colours;
    `sieve` is what of the run is asked for which rows show (core.api.sieve), None where all do.
    `rename` and `leave` do what is asked on a cluster's card, {"clustering", "names"} by number
    and {"clustering", "number"}, first: a page that is asked for again is not drawn to its end.
    `second` is drawn beside it by the same module; its videos are among `videos`. By `selection_id`
    the library knows a selection that is too long for an address.

    The chosen frame, the selection, the kept places and the colour are the page's choices, which
    every part in the browser shares (choices.js); their one message to the server is the map's.
    """
    colours = video_colours(video.id for video in videos)
    answer = _explorer(
        key=_KEY,
        data={
            "run": _run(run),
            "projection": projection,
            "plotly": plotly_js.ADDRESS,
            "clustering": clustering,
            "sieve": sieve,
            **cluster_data(clusters),
            "choices": _choices([*COLOURS, *(f"{_COLUMN}{name}" for name in columns)]),
            "saved": list(saved),
            "kept": {"id": selection_id, "text": SELECTION.text} if selection_id else None,
            "columns": list(columns),
            **_beside(second),
            "videos": {video.id: video_data(video, colours[video.id]) for video in videos},
            "groups": group_colours(every_group),
            "palette": {
                "clusters": CLUSTERS,
                "time": TIME,
                "certainty": CERTAINTY,
                "kept": KEPT,
                "grey": GREY,
            },
        },
        on_chosen_change=_hear,
        on_renamed_change=partial(_act, "renamed", rename),
        on_left_change=partial(_act, "left", leave),
    )
    return MapEvents(answer.get("chosen"), answer.get("left"))


def _run(run: Run) -> dict[str, Any]:
    return {
        **run_data(run),
        "typical": says_typical_words(run.model),
        "exact": run.model not in MODELS or MODELS[run.model].decodes_vectors,
        "mode": centre_of(run.model) == "mode",
    }


def _beside(second: SecondMap | None) -> dict[str, Any]:
    """What the first map says of itself, and what is drawn beside it; null for nothing."""
    if second is None:
        return {"title": "", "only": "", "beside": None}
    (title, other), (only, others) = second.titles, second.only
    beside = {
        "run": _run(second.run),
        "projection": second.projection,
        "title": other,
        "only": others,
    }
    return {"title": title, "only": only, "beside": beside}


def cluster_cards() -> None:
    """Where the map that is drawn on the same page puts its cards."""
    _below(key="cluster-cards")


def _choices(colours: Sequence[str]) -> dict[str, Any]:
    """What the page has now, and the newest of the browser's choices that it had heard of."""
    return {
        "session": st.session_state.setdefault("session", uuid.uuid4().hex),
        "version": st.session_state.get(_VERSION, 0),
        **{choice.name: choice.text for choice in _TEXTS},
        "colour": COLOUR.among(colours, colours[0]),
    }


def _act(name: str, act: Wished) -> None:
    if _KEY in st.session_state and (wish := st.session_state[_KEY].get(name)):
        act(wish)


def _hear() -> None:
    """Before the page is drawn: what was chosen in the browser is what the whole page shows.

    A message that was under way while the analyst went to another page finds no map any more.
    """
    if _KEY not in st.session_state:
        return
    message = st.session_state[_KEY].get("chosen") or {}
    for choice in _TEXTS:
        if choice.name in message:
            choice.write(str(message[choice.name]))
    if COLOUR.name in message:
        COLOUR.put(str(message[COLOUR.name]))
    st.session_state[_VERSION] = message.get("version", 0)
