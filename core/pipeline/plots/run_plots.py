"""Every plot of one run and one clustering, by its file's name, and as files. Without torch."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from core.charts.colours import GREY, cluster_colour, group_colours
from core.charts.comparison import Part
from core.charts.loss import loss_curve, text_curve
from core.errors import InvalidSetting
from core.export.names import cluster_title, safe_name
from core.export.stretches import of_frames
from core.pipeline.columns.known import GROUP, groups_of
from core.pipeline.comparison.compare import Comparison, compare
from core.pipeline.comparison.difference_map import difference_map as differing
from core.pipeline.plots import still_figures as still
from core.pipeline.plots.map_figure import map_figure
from core.pipeline.plots.still_figures import Span
from core.records import Clustering, Projection, Video
from core.storage import Database, analyses, results, videos
from core.storage.annotations import cluster_marks
from core.storage.files import write_bytes
from core.storage.progress import Progress

_DPI = 200
Titles = dict[int, tuple[str, str]]  # title and colour of each kind


@still.look()
def run_plots(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    rows: Sequence[Mapping[str, Any]],
    by: str = GROUP,
) -> dict[str, Figure]:
    """Maps, clusters in time, comparison and loss curves; those that the run has.

    `rows` are the cluster table's, every frame of the run; `by` is the videos' column whose values
    are the groups. Raises NotFound, InvalidSetting.
    """
    titles = cluster_titles(db, clustering)
    known = videos.every(db)
    group_of = groups_of(db, known, by)
    rows = [{**row, "group": group_of[row["video_id"]]} for row in rows]
    every_group = [group_of[video.id] for video in known]
    figures: dict[str, Figure | None] = {}
    if projection is not None:
        figures.update(_maps(db, projection, rows, titles, every_group))
    figures["clusters-in-time"] = _in_time(db, rows, titles)
    try:
        comparison = compare(db, clustering, Progress(None), by)
    except InvalidSetting:  # one group: there is nothing to compare
        comparison = None
    if comparison is not None:
        figures.update(_comparison(db, comparison, projection, titles, group_colours(every_group)))
    metrics = results.metrics(db, clustering.run_id)
    if metrics:
        figures["loss"] = still.curves(loss_curve(metrics))
        words = text_curve(metrics)
        figures["loss-of-words"] = still.curves(words) if words else None
    return {name: figure for name, figure in figures.items() if figure is not None}


@still.look()
def write_plots(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """Write NAME.png and NAME.svg of every figure into `folder`, each whole; gives the paths."""
    paths = []
    for name, figure in figures.items():
        for kind in ("png", "svg"):
            out = io.BytesIO()
            figure.savefig(out, format=kind, dpi=_DPI)
            paths.append(folder / f"{name}.{kind}")
            write_bytes(paths[-1], out.getvalue())
    return paths


def cluster_titles(db: Database, clustering: Clustering) -> Titles:
    """Title and colour of each cluster as it is shown; 0 is of frames in none."""
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
) -> dict[str, Figure]:
    places = analyses.layout(db, projection)  # (N, 2)
    return {
        f"map-{projection.method}-{name}": still.still_map(
            map_figure(db, places, rows, colour, titles, every_group), colour == "cluster"
        )
        for name, colour in (("clusters", "cluster"), ("groups", "group"), ("time", "time"))
    }


def _in_time(db: Database, rows: Sequence[Mapping[str, Any]], titles: Titles) -> Figure:
    strips = []
    for video_id in dict.fromkeys(row["video_id"] for row in rows):
        video = videos.get(db, video_id)
        own = sorted((r for r in rows if r["video_id"] == video_id), key=lambda r: r["time_s"])
        strips.append((video.title, _spans(video, own)))
    return still.clusters_in_time(strips, titles)


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
) -> dict[str, Figure | None]:
    figures: dict[str, Figure | None] = {}
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
        figures[name] = still.parts_chart(parts, total.group, total.overall, colour)
    if projection is not None and len(comparison.groups) == 2:
        figures[f"map-{projection.method}-difference"] = _difference(
            db, projection, comparison, colours
        )
    return figures


def _difference(
    db: Database, projection: Projection, comparison: Comparison, colours: Mapping[str, str]
) -> Figure | None:
    groups = [total.group for total in comparison.groups]
    found = differing(db, projection, groups[0], groups[1], comparison.by)
    if found is None:
        return None
    points = [
        (group, colours[group], found.places[found.side == which])
        for which, group in enumerate(groups)
    ]
    return still.difference_map(found.grid, points)
