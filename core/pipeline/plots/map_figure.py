"""The map of a run in one colouring: the figure that stills and the page of its own are made of."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts import frame_map, group_colours, video_colours
from core.errors import InvalidSetting
from core.export.table import row_frame
from core.format import clock, visible
from core.pipeline.columns.known import NO_VALUE, known_columns
from core.pipeline.frame_measures import MEASURES, frame_measure
from core.storage import Database, videos

_KINDS = {"cluster": "Cluster", "group": "Group", "video": "Video"}
_NUMBERS = {
    "time": "Minutes into the video",
    "certainty": "Certainty",
    "distance": "Distance to the centre",
}
COLOURS = {**_KINDS, **_NUMBERS, **{name: title for name, (title, _) in MEASURES.items()}}
_WIDE, _LINES = 48, 4  # letters and lines of a caption at the pointer
Titles = Mapping[int, tuple[str, str]]  # title and colour of each cluster
Rows = Sequence[Mapping[str, Any]]  # of the cluster table


def map_figure(
    db: Database,
    places: np.ndarray,
    rows: Rows,
    colour: str,
    titles: Titles,
    every_group: Sequence[str],
) -> go.Figure:
    """(N, 2) `places` of the cluster table's `rows`, in one of COLOURS or a column of videos.

    `every_group` are the groups of the whole library, so that each has its colour everywhere.
    Raises InvalidSetting for what is neither.
    """
    values, look = _coloured(db, rows, colour, titles, every_group)
    return frame_map(places, values, said=[_said(row, titles) for row in rows], **look)


def _coloured(
    db: Database, rows: Rows, colour: str, titles: Titles, every_group: Sequence[str]
) -> tuple[Any, dict[str, Any]]:
    """What each frame is coloured by, and the title, names and colours of that."""
    look: dict[str, Any] = {"title": COLOURS.get(colour, colour)}
    if colour == "cluster":
        names, shades = ({kind: of[i] for kind, of in titles.items()} for i in (0, 1))
        return [row["cluster"] for row in rows], {**look, "names": names, "colours": shades}
    if colour == "group":
        return [row["group"] for row in rows], {**look, "colours": group_colours(every_group)}
    if colour == "video":
        named = {row["video_id"]: row["title"] for row in rows}
        return list(map(_video, rows)), {**look, "names": named, "colours": video_colours(named)}
    if colour in MEASURES:
        return frame_measure(db, colour, [row_frame(row) for row in rows]), look
    if colour in _NUMBERS:
        column = {"time": "time_s", "certainty": "probability"}.get(colour, colour)
        numbers = np.array([np.nan if row[column] == "" else float(row[column]) for row in rows])
        return (numbers / 60 if colour == "time" else numbers), look
    return _of_column(db, rows, colour), look


def _of_column(db: Database, rows: Rows, name: str) -> list[str]:
    known = known_columns(db, [videos.get(db, one) for one in dict.fromkeys(map(_video, rows))])
    if name not in known:
        there = ", ".join([*COLOURS, *(one for one in known if one not in COLOURS)])
        raise InvalidSetting(f"The map has no colour {name!r}; choose from {there}.")
    return [known[name].get(_video(row), NO_VALUE) for row in rows]


def _video(row: Mapping[str, Any]) -> str:
    return str(row["video_id"])


def _said(row: Mapping[str, Any], titles: Titles) -> str:
    """What stands at the pointer: few lines, whatever the caption's length."""
    cluster = titles[row["cluster"]][0] if row["cluster"] in titles else ""
    lines = [f"{row['title'][:_WIDE]}, {clock(row['time_s'])}", f"{row['group']} · {cluster}"]
    caption = visible(str(row["caption"]))[: _WIDE * _LINES * 2]
    lines += textwrap.wrap(caption, _WIDE, max_lines=_LINES, placeholder=" …")
    return "\n".join(visible(line) for line in lines)
