"""Each video as a strip of time in the clusters' colours, with its shots and a player."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.charts.colours import CLUSTERS, GREY, group_colours
from core.config import PROJECT
from core.format import SCRIPT
from core.records import Run, ShownCluster, Video
from pages.parts.map.payload import cluster_data, run_data, video_data

_HERE = Path(__file__).parent
_SHARED = PROJECT / "pages" / "parts" / "map"
_SCRIPTS = (
    SCRIPT,
    _SHARED / "data.js",
    _SHARED / "pictures.js",
    _HERE / "strips.js",
    _HERE / "player.js",
    _HERE / "timeline.js",
)
_HTML = """
<section class="vab-timeline" aria-label="Timeline">
  <div class="vab-timeline-trouble" role="alert"></div>
  <div class="vab-timeline-strips"></div>
  <div class="vab-timeline-player"></div>
</section>
"""
_timeline = st.components.v2.component(
    "affinity_timeline",
    html=_HTML,
    css=(_HERE / "timeline.css").read_text(),
    js="\n".join(path.read_text() for path in _SCRIPTS),
    isolate_styles=False,
)
KEY = "timeline"


def timeline(
    run: Run,
    videos: Sequence[Video],
    every_group: Sequence[str],
    *,
    clustering: str | None,
    clusters: Sequence[ShownCluster],
    selected: str | None,
    choose: Callable[[str], None],
) -> None:
    """Draw the strips of the run's videos; `choose` hears of the frame that was clicked.

    It is called before the page is drawn again, so that the map can follow. As for the map, only
    ids, names and colours travel; without a clustering the strips have their groups' colours.
    """
    groups = group_colours(every_group)

    def clicked() -> None:
        frame = st.session_state[KEY].get("selected")
        if frame:
            choose(str(frame))

    _timeline(
        key=KEY,
        data={
            "run": run_data(run),
            "clustering": clustering,
            **cluster_data(clusters),
            "palette": {"clusters": CLUSTERS, "grey": GREY},
            "selected": selected,
            "videos": {video.id: _video(video, groups[video.group]) for video in videos},
        },
        on_selected_change=clicked,
    )


def _video(video: Video, colour: str) -> dict[str, Any]:
    return {
        **video_data(video, colour),
        "media": f"/api/videos/{video.id}/media" if video.media_file else None,
        "watch": video.watch_url(0),
    }
