"""The map as a component: what it is given, and what it says back. It is drawn in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from core.charts.colours import CLUSTERS, GREY, TIME, group_colours, video_colours
from core.records import Run, ShownCluster, Video
from models.config import MODELS

_HERE = Path(__file__).parent
_SCRIPTS = ("data", "colours", "pictures", "card", "panel", "clusters", "marks", "pointing", "map")
_HTML = """
<div class="vab-explorer">
  <div class="vab-trouble" role="alert"></div>
  <div class="vab-map" tabindex="0" role="application" aria-label="Map of frames">
    <div class="vab-plot"></div>
    <svg class="vab-marks" aria-hidden="true"></svg>
    <div class="vab-labels" aria-hidden="true"></div>
    <div class="vab-tools">
      <button type="button" data-zoom="in" aria-label="Zoom in" title="Zoom in">+</button>
      <button type="button" data-zoom="out" aria-label="Zoom out" title="Zoom out">−</button>
      <button type="button" data-zoom="fit" aria-label="Show all" title="Show all">⤢</button>
    </div>
    <div class="vab-live" aria-live="polite"></div>
  </div>
  <div class="vab-legend-place"></div>
  <div class="vab-panel-place"></div>
  <div class="vab-clusters-place"></div>
</div>
"""
_explorer = st.components.v2.component(
    "affinity_explorer",
    html=_HTML,
    css=(_HERE / "scatter.css").read_text(),
    js="\n".join((_HERE / f"{name}.js").read_text() for name in _SCRIPTS),
    isolate_styles=False,
)


class Said(NamedTuple):
    """What was done on the map since the last time."""

    selected: str | None  # "video:index", "" when the panel was closed, None when nothing was done
    renamed: dict[str, Any] | None  # {"clustering", "number", "name"}


def scatter(
    run: Run,
    videos: list[Video],
    every_group: list[str],
    *,
    projection: str,
    clustering: str | None,
    clusters: Sequence[ShownCluster],
    colour: str,
    selected: str | None,
) -> Said:
    """Draw the map. Only ids and names travel with it: the browser fetches arrays once, by id.

    `clusters` says which are shown as one, and what an analyst named and coloured.

    `every_group` holds the groups of the whole library, so that each keeps its colour everywhere.
    """
    colours = video_colours(video.id for video in videos)
    answer = _explorer(
        key="explorer",
        data={
            "run": {
                "id": run.id,
                "version": str(int((run.finished_at or 0) * 1000)),
                "exact": run.model not in MODELS or MODELS[run.model].decodes_vectors,
            },
            "projection": projection,
            "clustering": clustering,
            "names": {str(c.number): c.mark.name for c in clusters if c.mark.name},
            "chosen": {str(c.number): c.mark.colour for c in clusters if c.mark.colour},
            "merged": {str(n): c.number for c in clusters for n in c.members if c.merged},
            "colour": colour,
            "selected": selected,
            "videos": {video.id: _video(video, colours[video.id]) for video in videos},
            "groups": group_colours(every_group),
            "palette": {"clusters": CLUSTERS, "time": TIME, "grey": GREY},
        },
        on_selected_change=lambda: None,
        on_renamed_change=lambda: None,
    )
    return Said(answer.get("selected"), answer.get("renamed"))


def _video(video: Video, colour: str) -> dict[str, Any]:
    return {
        "title": video.title,
        "group": video.group,
        "colour": colour,
        "aspect": video.width / video.height if video.width and video.height else 16 / 9,
        "duration": max(video.duration_s, video.frames * video.every_s, 1.0),
        "every": video.every_s,
    }
