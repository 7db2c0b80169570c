"""Each video as a strip of time in the clusters' colours, with its shots and a player."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.charts.colours import CLUSTERS, GREY, group_colours
from core.records import Run, ShownCluster, Video
from pages.parts.browser import mounted
from pages.parts.browser.payload import cluster_data, run_data, video_data
from pages.parts.shared.open_project import media_address

_HERE = Path(__file__).parent
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
    js=mounted(_HERE / "timeline.js"),
    isolate_styles=False,
)


def timeline(
    run: Run,
    videos: Sequence[Video],
    every_group: Sequence[str],
    *,
    clustering: str | None,
    clusters: Sequence[ShownCluster],
) -> None:
    """Draw the strips of the run's videos; a click chooses a frame.

    As for the map, only ids, names and colours travel; without a clustering the strips have their
    groups' colours.
    """
    groups = group_colours(every_group)
    _timeline(
        key="timeline",
        data={
            "run": run_data(run),
            "clustering": clustering,
            **cluster_data(clusters),
            "palette": {"clusters": CLUSTERS, "grey": GREY},
            "videos": {video.id: _video(video, groups[video.group]) for video in videos},
        },
    )


def _video(video: Video, colour: str) -> dict[str, Any]:
    return {
        **video_data(video, colour),
        "media": media_address(video),
        "watch": video.watch_url(0),
    }
