"""Gathers what a report says of one run and one clustering, and has it rendered. Without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from core.analysis.clustering import METHODS as CLUSTERINGS
from core.analysis.comparison import sentence
from core.analysis.comparison.airtime import ClusterComparison
from core.charts.colours import group_colours
from core.errors import InvalidSetting
from core.format import clock, count, percent
from core.pipeline.columns.known import GROUP, groups_of
from core.pipeline.comparison.compare import Comparison, compare
from core.pipeline.comparison.editing import MEASURES as EDITED
from core.pipeline.comparison.editing import editing
from core.pipeline.comparison.looked_at import said as looked_at_said
from core.pipeline.comparison.over_time import over_time
from core.pipeline.comparison.rate_rows import rate_rows
from core.pipeline.comparison.same_pictures import SharedFootage
from core.pipeline.curation.only import Only
from core.pipeline.html_report.cluster_cards import Clusters
from core.pipeline.html_report.content import ClusterCourse, GroupLine, Report
from core.pipeline.html_report.map_data import map_data
from core.pipeline.html_report.method import method_lines
from core.pipeline.html_report.page import render
from core.records import Clustering, Projection, Run, Video
from core.storage import Database, cuts, looked_at, results, runs, videos
from core.storage.progress import Progress
from models.config import MODELS
from models.units import PIXEL_ERROR

_FOOTAGE = 12  # stretches told, longest first


def report_html(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    rows: Sequence[Mapping[str, Any]],
    by: str = GROUP,
    only: Only | None = None,
) -> bytes:
    """The report as one HTML page. `rows` are the cluster table's, every frame of the run.

    `by` is the videos' column whose values are the groups; `only` are the frames that are compared,
    map and clusters show all. Groups are compared where there are two
    or more; what was compared before is read. Raises NotFound, VideoUnreadable where a video's
    small pictures are missing, and InvalidSetting for a column that none of the videos has.
    """
    return render(gather(db, clustering, projection, rows, by, only))


def gather(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    rows: Sequence[Mapping[str, Any]],
    by: str = GROUP,
    only: Only | None = None,
) -> Report:
    """What the page says, as plain records."""
    run = runs.get(db, clustering.run_id)
    own = [videos.get(db, v) for v in dict.fromkeys(row["video_id"] for row in rows)]
    group_of = groups_of(db, own, by)
    used = tuple(replace(video, group=group_of[video.id]) for video in own)
    rows = [{**row, "group": group_of[row["video_id"]]} for row in rows]
    every = videos.every(db) if by == GROUP else used
    colours = group_colours(video.group for video in every)
    names = dict.fromkeys(video.group for video in used)
    groups = tuple(_group(name, rows, used, colours) for name in names)
    clusters = Clusters(db, run, clustering, rows)
    comparison, reason = _compared(db, clustering, by, only)
    cards = clusters.cards(comparison)
    shown = {card.number: (card.title, card.colour) for card in cards}
    now = datetime.now().astimezone()
    title = MODELS[run.model].title if run.model in MODELS else run.model
    said = results.report(db, run.id)
    return Report(
        title=run.name,
        subtitle=f"{title}: {len(rows):,} frames of {count(len(used), 'video')} in one latent "
        f"space, divided into {count(len(clusters.shown), 'cluster')}",
        made=f"{now.day} {now:%B %Y}",
        colours=colours,
        groups=groups,
        facts=_facts(run, said, clustering, len(clusters.shown), used),
        map=map_data(db, projection, rows, used, groups, shown) if projection else None,
        clusters=cards,
        clusters_note=_clusters_note(len(clusters.shown), len(rows), comparison),
        titled=clusters.titled,
        comparison=comparison,
        no_comparison=reason,
        errors=_errors(run, said, title),
        error_note=_error_note(run, said),
        videos=used,
        method=method_lines(run, clustering, projection, said),
        **(_told(db, clustering, comparison, clusters.names, only) if comparison else {}),
    )


def _compared(
    db: Database, clustering: Clustering, by: str, only: Only | None
) -> tuple[Comparison | None, str]:
    try:
        return compare(db, clustering, Progress(None), by, only), ""
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


def _told(
    db: Database,
    clustering: Clustering,
    found: Comparison,
    names: Mapping[int, str],
    only: Only | None,
) -> dict[str, Any]:
    """The report's fields that only a comparison has; clusters by the first group's part of them.

    Raises NotFound for a video that is gone.
    """
    first = found.groups[0].group
    shown = [cluster for cluster in found.clusters if cluster.frames]
    compared = sorted(shown, key=lambda c: (-c.of(first).of_cluster, c.number))
    words = {one.number: one.groups for one in found.words}
    return {
        "overall": {total.group: total.overall for total in found.groups},
        "compared": compared,
        "sentences": _sentences(found, shown, names, looked_at_said(looked_at.every(db))),
        "marking": [(c.number, part) for c in compared for part in words[c.number] if part.words],
        "courses": _courses(db, clustering, found.by, [one.number for one in compared], only),
        "editing": _editing(db, runs.get(db, clustering.run_id), found.by, only),
        "footage": [_footage(db, one) for one in found.footage[:_FOOTAGE]],
    }


def _sentences(
    found: Comparison, shown: Sequence[ClusterComparison], names: Mapping[int, str], tried: str
) -> list[str]:
    kinds = [one.kind for one in shown]
    said = (
        "" if found.by == GROUP else f"Compared by the videos' column {found.by!r}.",
        f"Compared are only frames where {found.where}." if found.where else "",
        tried,
        sentence.before_reading(found.omnibus, found.groups, found.clusters),
        sentence.summary(found.groups, found.clusters, names),
        sentence.within_videos(found.yardstick),
        sentence.taken_out(found.taken_out),
        sentence.without_value(found.by, found.without_value),
        sentence.left_out(found.groups),
        f"Of {len(shown)} clusters {kinds.count('shared')} are shared, {kinds.count('leaning')} "
        f"lean to one group, {kinds.count('exclusive')} belong to one group alone.",
    )
    return list(filter(None, said))


def _courses(
    db: Database, clustering: Clustering, by: str, shown: Sequence[int], only: Only | None
) -> list[ClusterCourse]:
    """Drawn from left to right; a tenth in which a group has no airtime is passed over."""
    found, numbers = over_time(db, clustering, by=by, only=only)
    drawn = []
    for number in shown:
        share = found.share[:, :, numbers.index(number)]  # (G, B)
        top = max(float(np.nanmax(share)), 1e-9)
        lines = []
        for group, of in zip(found.groups, share, strict=True):
            there = np.flatnonzero(~np.isnan(of)).tolist()
            points = [f"{100 * b / (len(of) - 1):.1f},{30 - 30 * of[b] / top:.1f}" for b in there]
            lines.append((group, " ".join(points)))
        drawn.append(ClusterCourse(number, top, tuple(lines)))
    return drawn


def _editing(db: Database, run: Run, by: str, only: Only | None) -> list[dict[str, Any]]:
    """Each group's rates (core.pipeline.comparison.rate_rows); none before the cuts are found."""
    if cuts.missing(db, run.video_ids):
        return []
    rates = editing(db, run, by, only).rates
    return [row for name, of in rates.items() for row in rate_rows(EDITED[name], of)]


def _footage(db: Database, one: SharedFootage) -> str:
    sides = []
    for frame, (start, end) in ((one.first, one.first_s), (one.second, one.second_s)):
        until = f" to {clock(end)}" if clock(end) != clock(start) else ""
        sides.append(f"{videos.get(db, frame.video_id).title} {clock(start)}{until}")
    return f"{sides[0]} looks like {sides[1]} (correlation {one.correlation:.2f})"


def _facts(
    run: Run, said: dict[str, Any], clustering: Clustering, clusters: int, used: Sequence[Video]
) -> tuple[tuple[str, str, str], ...]:
    """Number, what it is, remark: what stands on top of the page."""
    minutes = sum(video.duration_s for video in used) / 60
    pca = (said.get("pca") or {}).get("error_held_out")
    facts = [
        (f"{run.frames:,}", "frames", f"of {minutes:.0f} min of video"),
        (f"{run.latent_size:,}", "numbers per frame", "the latent space"),
        (f"{clusters:,}", "clusters", CLUSTERINGS.get(clustering.method, "edited")),
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
        beside = "" if held_out is None else f"{percent(held_out)} on held-out captions"
        facts.append((percent(words["train"]), "caption round trip, words", beside))
    predicted = text.get("predicted")
    if predicted:
        beside = f"most frequent words {percent(predicted['baseline'])}, held out"
        facts.append((percent(predicted["recall"]), "words predicted from pictures", beside))
    return tuple(facts)


def _group(
    name: str, rows: Sequence[Mapping[str, Any]], used: Sequence[Video], colours: Mapping[str, str]
) -> GroupLine:
    frames = sum(row["group"] == name for row in rows)
    own = sum(video.group == name for video in used)
    return GroupLine(name, colours[name], own, frames, frames / max(1, len(rows)))


def _errors(
    run: Run, said: dict[str, Any], title: str
) -> tuple[tuple[str, float | None, float | None], ...]:
    """The model's errors on training and held-out frames, and PCA's beside them."""
    own = (title, run.error_train, run.error_held_out)
    pca = said.get("pca") or {}
    if not pca or run.model == "pca":
        return (own,)
    name = f"PCA with {pca.get('latent_size', run.latent_size):,} components"
    return own, (name, pca.get("error_train"), pca.get("error_held_out"))


def _error_note(run: Run, said: dict[str, Any]) -> str:
    note = f"{PIXEL_ERROR} of pixels between 0 and 1, lower is better"
    if held_out := said.get("held_out_frames"):
        note += f"; {held_out:,} of {run.frames:,} frames were held out, in blocks of 10"
    return (
        f"{note}. A small training error alone proves nothing: PCA stands beside for that reason."
    )
