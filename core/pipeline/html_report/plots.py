"""Every plot of one run and one clustering, by the name of its file. Without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.charts.clusters_in_time import Span, clusters_in_time
from core.charts.colours import GREY, cluster_colour, group_colours
from core.charts.comparison import Part, difference_map, parts_chart
from core.charts.frame_map import kinds_map, time_map
from core.charts.loss import loss_curve, text_curve
from core.errors import InvalidSetting
from core.export.names import cluster_title, safe_name
from core.export.stretches import of_frames
from core.format import clock
from core.pipeline.comparison.compare import Comparison, compare
from core.pipeline.comparison.difference_map import difference_map as differing
from core.records import Clustering, Projection, Video
from core.storage import Database, analyses, results, videos
from core.storage.annotations import cluster_marks
from core.storage.progress import Progress

Titles = dict[int, tuple[str, str]]  # title and colour of each kind


def run_plots(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, go.Figure]:
    """Maps, clusters in time, comparison and loss curves; those that the run has.

    `rows` are the cluster table's, every frame of the run. Raises NotFound.
    """
    titles = _cluster_titles(db, clustering)
    every_group = [video.group for video in videos.every(db)]
    figures: dict[str, go.Figure | None] = {}
    if projection is not None:
        figures.update(_maps(db, projection, rows, titles, every_group))
    figures["clusters-in-time"] = _in_time(db, rows, titles)
    try:
        comparison = compare(db, clustering, Progress(None))
    except InvalidSetting:  # one group: there is nothing to compare
        comparison = None
    if comparison is not None:
        figures.update(_comparison(db, comparison, projection, titles, group_colours(every_group)))
    metrics = results.metrics(db, clustering.run_id)
    if metrics:
        figures["loss"] = loss_curve(metrics)
        figures["loss-of-words"] = text_curve(metrics)
    return {name: figure for name, figure in figures.items() if figure is not None}


def _cluster_titles(db: Database, clustering: Clustering) -> Titles:
    titles = {0: (cluster_title(0, {}), GREY)}
    for one in cluster_marks.shown(db, clustering.id):
        title = cluster_title(one.number, {one.number: one.mark.name})
        titles[one.number] = title, one.mark.colour or cluster_colour(one.number)
    return titles


def _maps(
    db: Database,
    projection: Projection,
    rows: Sequence[Mapping[str, Any]],
    titles: Titles,
    every_group: Sequence[str],
) -> dict[str, go.Figure]:
    places = analyses.layout(db, projection)  # (N, 2)
    colours = group_colours(every_group)
    number = {group: place for place, group in enumerate(colours)}
    groups = {place: (group, colours[group]) for group, place in number.items()}
    method = projection.method
    return {
        f"map-{method}-clusters": kinds_map(places, [r["cluster"] for r in rows], titles, True),
        f"map-{method}-groups": kinds_map(
            places, [number[row["group"]] for row in rows], groups, False
        ),
        f"map-{method}-time": time_map(places, [row["time_s"] for row in rows]),
    }


def _in_time(db: Database, rows: Sequence[Mapping[str, Any]], titles: Titles) -> go.Figure:
    strips = []
    for video_id in dict.fromkeys(row["video_id"] for row in rows):
        video = videos.get(db, video_id)
        own = sorted((r for r in rows if r["video_id"] == video_id), key=lambda r: r["time_s"])
        strips.append((video.title, _spans(video, own)))
    return clusters_in_time(strips, titles)


def _spans(video: Video, rows: Sequence[Mapping[str, Any]]) -> list[Span]:
    texts = [str(row["cluster"]) for row in rows]
    times_s = [row["time_s"] for row in rows]
    found = of_frames(times_s, texts, video.every_s, video.duration_s)
    return [(int(one.text), one.start_s, one.end_s) for one in found]


def _comparison(
    db: Database,
    comparison: Comparison,
    projection: Projection | None,
    titles: Titles,
    colours: Mapping[str, str],
) -> dict[str, go.Figure | None]:
    figures: dict[str, go.Figure | None] = {}
    for place, total in enumerate(comparison.groups, start=1):
        parts = [
            Part(
                titles[cluster.number][0],
                cluster.of(total.group).of_cluster,
                cluster.of(total.group).of_cluster_interval,
                "",
            )
            for cluster in sorted(
                comparison.clusters, key=lambda one: -one.of(total.group).of_cluster
            )
            if cluster.frames
        ]
        name = f"shares-{place}-{safe_name(total.group, 'group')}"
        colour = colours[total.group]
        figures[name] = parts_chart(parts, total.group, total.overall, colour)
    if projection is not None and len(comparison.groups) == 2:
        figures[f"map-{projection.method}-difference"] = _difference(
            db, projection, comparison, colours
        )
    return figures


def _difference(
    db: Database, projection: Projection, comparison: Comparison, colours: Mapping[str, str]
) -> go.Figure | None:
    groups = [total.group for total in comparison.groups]
    found = differing(db, projection, groups[0], groups[1])
    if found is None:
        return None
    points = []
    for which, group in enumerate(groups):
        rows = np.flatnonzero(found.side == which)
        said = [clock(found.times_s[row]) for row in rows.tolist()]
        points.append((group, colours[group], found.places[rows], said))
    grid = found.grid
    return difference_map(grid.x, grid.y, grid.difference, points)
