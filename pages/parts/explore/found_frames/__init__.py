"""What a search found, as a strip of frames with their captions; a click opens one on the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.charts.colours import group_colours
from core.format import clock, count
from core.pipeline.search.find_frames import FoundFrames
from core.records import Video
from pages.parts.browser import mounted
from pages.parts.browser.payload import aspect
from pages.parts.shared.open_project import frame_address

_HERE = Path(__file__).parent
_found = st.components.v2.component(
    "affinity_found_frames",
    html='<div class="vab-found"></div>',
    css=(_HERE / "found_frames.css").read_text(),
    js=mounted(_HERE / "found_frames.js"),
    isolate_styles=False,
)


def found_frames(
    results: tuple[FoundFrames, ...],
    videos: Mapping[str, Video],
    every_group: list[str],
    times_s: Callable[[int], float],
) -> None:
    """Show the results; a click chooses a frame. `times_s` gives the time of a row of the run."""
    colours = group_colours(every_group)
    shown = [
        _result(one, videos[one.frame.video_id], colours, times_s(one.row))
        for one in results
        if one.frame.video_id in videos
    ]
    _found(key="found-frames", data={"results": shown})


def _result(
    one: FoundFrames, video: Video, colours: Mapping[str, str], time_s: float
) -> dict[str, Any]:
    near = [f"likeness {one.likeness:.2f}"] if one.likeness is not None else []
    near += [f"distance {one.distance:.3g}"] if one.distance is not None else []
    near += [count(one.frames, "frame")] if one.frames > 1 else []
    return {
        "frame": str(one.frame),
        "picture": frame_address(video.id, one.frame[1]),
        "aspect": aspect(video),
        "title": video.title,
        "group": video.group,
        "colour": colours[video.group],
        "time": clock(time_s),
        "near": " · ".join(near),
        "caption": one.caption,
        "spans": [list(span) for span in one.spans],
    }
