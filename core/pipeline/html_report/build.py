"""Gathers what a report says of one run and one clustering, and has it rendered. Without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from core.analysis.clustering import METHODS as CLUSTERINGS
from core.analysis.sampling import stratified
from core.charts.colours import group_colours
from core.errors import InvalidSetting
from core.export.html_report import ErrorLine, GroupLine, MapData, Report, VideoLine, render
from core.export.html_report.markup import count
from core.export.table import row_frame
from core.pipeline.comparison.compare import Comparison, compare
from core.pipeline.html_report import pictures
from core.pipeline.html_report.clusters import Clusters
from core.pipeline.html_report.comparison import comparison_table
from core.pipeline.html_report.words import captions_said, method_lines, projection_said, share
from core.records import Clustering, Projection, Run, Video
from core.storage import Database, analyses, results, runs, videos
from core.storage.progress import Progress
from models.config import MODELS
from models.units import PIXEL_ERROR

_MOST_POINTS = 5_000  # that a browser draws well


@dataclass(frozen=True)
class _Source:
    """What every part of the report is made from."""

    db: Database
    run: Run
    clustering: Clustering
    projection: Projection | None
    rows: Sequence[Mapping[str, Any]]
    videos: tuple[Video, ...]
    colours: Mapping[str, str]  # of the groups, as on every page

    @property
    def groups(self) -> list[str]:
        """The run's groups, in the order of its videos."""
        return list(dict.fromkeys(video.group for video in self.videos))


def report_html(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    rows: Sequence[Mapping[str, Any]],
) -> bytes:
    """The report as one HTML page. `rows` are the cluster table's, every frame of the run.

    Groups are compared where there are two or more; what was compared before is read. Raises
    NotFound, and VideoUnreadable where a video's small pictures are missing.
    """
    return render(gather(db, clustering, projection, rows))


def gather(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    rows: Sequence[Mapping[str, Any]],
) -> Report:
    """What the page says, as plain records."""
    run = runs.get(db, clustering.run_id)
    used = tuple(videos.get(db, v) for v in dict.fromkeys(row["video_id"] for row in rows))
    colours = group_colours(video.group for video in videos.every(db))
    source = _Source(db, run, clustering, projection, rows, used, colours)
    comparison, reason = _compared(db, clustering)
    clusters = Clusters(db, run, clustering, rows, colours)
    now = datetime.now().astimezone()
    title = MODELS[run.model].title if run.model in MODELS else run.model
    return Report(
        title=run.name,
        subtitle=f"{title}: {len(rows):,} frames of {count(len(used), 'video')} in one latent "
        f"space, divided into {count(len(clusters.shown), 'cluster')}",
        made=f"{now.day} {now:%B %Y}",
        facts=_facts(source, len(clusters.shown)),
        groups=tuple(_group(source, name) for name in source.groups),
        videos=tuple(_video(video, colours) for video in used),
        errors=_errors(source, title),
        error_note=_error_note(source),
        map=None if projection is None else _map(source, projection),
        clusters=clusters.cards(comparison),
        clusters_note=_clusters_note(len(clusters.shown), len(rows), comparison),
        comparison=None
        if comparison is None
        else comparison_table(db, comparison, clusters.titled, clusters.names, colours),
        no_comparison=reason,
        method=method_lines(run, clustering, projection, results.report(db, run.id)),
    )


def _compared(db: Database, clustering: Clustering) -> tuple[Comparison | None, str]:
    try:
        return compare(db, clustering, Progress(None)), ""
    except InvalidSetting as error:  # one group: nothing to compare is no reason for no report
        return None, str(error)


def _clusters_note(clusters: int, frames: int, comparison: Comparison | None) -> str:
    said = f"{count(clusters, 'cluster')} of {frames:,} frames."
    if comparison is None:
        return said
    return (
        f"{said} A group's part of a cluster is of its airtime, and is read against the group's "
        "part of all airtime, which stands beside it."
    )


def _facts(source: _Source, clusters: int) -> tuple[tuple[str, str, str], ...]:
    run, said = source.run, results.report(source.db, source.run.id)
    minutes = sum(video.duration_s for video in source.videos) / 60
    pca = (said.get("pca") or {}).get("error_held_out")
    facts = [
        (f"{len(source.rows):,}", "frames", f"of {minutes:.0f} min of video"),
        (f"{run.latent_size:,}", "numbers per frame", "the latent space"),
        (f"{clusters:,}", "clusters", CLUSTERINGS.get(source.clustering.method, "")),
    ]
    if run.error_train is not None:
        facts.append((f"{run.error_train:.2f}", "error in training", PIXEL_ERROR))
    if run.error_held_out is not None:
        beside = f"PCA {pca:.2f}" if pca is not None and run.model != "pca" else PIXEL_ERROR
        facts.append((f"{run.error_held_out:.2f}", "error, held-out frames", beside))
    text = said.get("text") or {}
    words = text.get("caption_round_trip") or text.get("free_running") or {}
    if words.get("train") is not None:
        held_out = words.get("held_out")
        beside = "" if held_out is None else f"{share(held_out)} on held-out captions"
        facts.append((share(words["train"]), "caption round trip, words", beside))
    predicted = text.get("predicted")
    if predicted:
        beside = f"most frequent words {share(predicted['baseline'])}, held out"
        facts.append((share(predicted["recall"]), "words predicted from pictures", beside))
    return tuple(facts)


def _group(source: _Source, name: str) -> GroupLine:
    frames = sum(row["group"] == name for row in source.rows)
    own = sum(video.group == name for video in source.videos)
    return GroupLine(name, source.colours[name], own, frames, frames / max(1, len(source.rows)))


def _video(video: Video, colours: Mapping[str, str]) -> VideoLine:
    return VideoLine(
        title=video.title,
        group=video.group,
        colour=colours[video.group],
        source=video.source,
        duration_s=video.duration_s,
        every_s=video.every_s,
        frames=video.frames,
        captions=captions_said(video),
        watch_url=video.watch_url(0),
    )


def _errors(source: _Source, title: str) -> tuple[ErrorLine, ...]:
    run = source.run
    own = ErrorLine(title, run.error_train, run.error_held_out)
    pca = results.report(source.db, run.id).get("pca") or {}
    if not pca or run.model == "pca":
        return (own,)
    name = f"PCA with {pca.get('latent_size', run.latent_size):,} components"
    return own, ErrorLine(name, pca.get("error_train"), pca.get("error_held_out"))


def _error_note(source: _Source) -> str:
    held_out = results.report(source.db, source.run.id).get("held_out_frames")
    said = f"{PIXEL_ERROR} of pixels between 0 and 1, lower is better"
    if held_out:
        said += f"; {held_out:,} of {source.run.frames:,} frames were held out, in blocks of 10"
    return (
        f"{said}. A small training error alone proves nothing: PCA stands beside for that reason."
    )


def _map(source: _Source, projection: Projection) -> MapData:
    rows, run_id = source.rows, source.run.id
    chosen = stratified(np.array([row["group"] for row in rows]), _MOST_POINTS)
    placed = analyses.layout(source.db, projection)[chosen]  # (n, 2)
    shown = [rows[row] for row in chosen]
    video = {one.id: place for place, one in enumerate(source.videos)}
    group = {name: place for place, name in enumerate(source.groups)}
    aspects = [v.width / v.height for v in source.videos if v.width and v.height]
    tile = pictures.tile_size(aspects, len(shown))
    frames = [row_frame(row) for row in shown]
    spoken = results.decoded_texts(source.db, run_id)
    return MapData(
        x=placed[:, 0],
        y=placed[:, 1],
        cluster=np.array([row["cluster"] for row in shown]),
        group=np.array([group[row["group"]] for row in shown]),
        video=np.array([video[row["video_id"]] for row in shown]),
        time_s=np.array([row["time_s"] for row in shown], dtype=np.float32),
        captions=[row["caption"] for row in shown],
        decoded=None if spoken is None else [row["decoded_text"] for row in shown],
        originals=pictures.atlas_pages([pictures.original(source.db, f) for f in frames], tile),
        reconstructions=pictures.atlas_pages(
            [pictures.decoded(source.db, run_id, f) for f in frames], tile
        ),
        tile=tile,
        total=len(rows),
        projection=projection_said(projection),
    )
