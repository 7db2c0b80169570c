"""The study as tidy tables: videos, frames, segments, video x cluster x seconds, and others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.errors import InvalidSetting
from core.export.table import cluster_rows, columns_of, row_frame
from core.format import utc
from core.pipeline.captions import captions_of_frames
from core.pipeline.coding.reliability import RAW_COLUMNS, coding_rows
from core.pipeline.columns.known import GROUP
from core.pipeline.comparison.compare import compare_clusters
from core.pipeline.comparison.looked_at import COLUMNS as LOOKED_AT
from core.pipeline.comparison.looked_at import looked_at_rows
from core.pipeline.comparison.over_time import COLUMNS as OVER_TIME
from core.pipeline.comparison.over_time import COURSE, course_rows, over_time
from core.pipeline.comparison.table import COLUMNS as COMPARED
from core.pipeline.comparison.table import comparison_rows
from core.pipeline.curation.only import Only
from core.records import Clustering, Projection, Video
from core.storage import (
    Database,
    analyses,
    captions,
    cuts,
    left_out,
    looked_at,
    runs,
    video_columns,
    videos,
)
from core.storage.annotations import tags
from core.storage.coding import samples
from core.video.shots import Shots

Rows = list[dict[str, Any]]
_VIDEO = (
    *("id", "title", "group", "source", "address", "channel", "published", "retrieved", "licence"),
    *("language", "duration_s", "width", "height", "every_s", "frames", "captions"),
    "caption_origin",
)
_SEGMENT = ("video_id", "position", "start_s", "end_s", "text", "original_text")
_SHOT = ("video_id", "title", "group", "shot", "start_s", "end_s", "length_s")
_SECONDS = (
    *("video_id", "title", "group", "cluster", "cluster_name", "frames", "seconds"),
    "share_percent",
)


@dataclass(frozen=True)
class TidyTable:
    """One table: a row is what `about` says; the columns are explained in the dictionary."""

    name: str
    about: str
    columns: tuple[str, ...]
    rows: Rows


def tidy_tables(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    by: str = GROUP,
    only: Only | None = None,
) -> tuple[TidyTable, ...]:
    """All tables of a run and one division of it; those without a row are left out.

    With `only` they are of those frames, and of the videos that have some.

    Raises NotFound, InvalidSetting for a column `by` that there is not.
    """
    run = runs.get(db, clustering.run_id)
    shown = {f.video_id for f in only.frames} if only else set(run.video_ids)
    used = [videos.get(db, video_id) for video_id in run.video_ids if video_id in shown]
    every = captions_of_frames(db, run.video_ids)
    frames = cluster_rows(db, clustering, projection, every)
    if only is not None:
        frames = [row for row in frames if row_frame(row) in only.frames]
    own = video_columns.values(db)
    made = (
        TidyTable("videos", "One row per video.", (*_VIDEO, *own), _videos(used, own)),
        TidyTable("frames", "One row per frame.", columns_of(frames), frames),
        TidyTable("segments", "One row per caption segment.", _SEGMENT, _segments(db, used)),
        TidyTable(
            "video_clusters",
            "One row per video and cluster, those without a frame too.",
            _SECONDS,
            _seconds(db, clustering, used, _taken_in(db, frames)),
        ),
        TidyTable(
            "comparison",
            "One row per cluster and group.",
            COMPARED,
            _compared(db, clustering, by, only),
        ),
        TidyTable(
            "over_time",
            "One row per tenth of the videos, group and cluster.",
            OVER_TIME,
            _over_time(db, clustering, by, only),
        ),
        TidyTable("shots", "One row per shot between true cuts.", _SHOT, _shots(db, used)),
        TidyTable(
            "codings",
            "One row per coder and frame.",
            RAW_COLUMNS,
            _codings(db, run.video_ids, only),
        ),
        TidyTable(
            "tags",
            "One row per tag of a frame.",
            ("video_id", "frame_index", "tag"),
            [
                {"video_id": frame.video_id, "frame_index": frame.index, "tag": tag}
                for frame, of in tags.of_frames(db, run.video_ids).items()
                if only is None or frame in only.frames
                for tag in of
            ],
        ),
        TidyTable(
            "looked_at",
            "One row per analysis that was looked at, in the whole library.",
            LOOKED_AT,
            looked_at_rows(looked_at.every(db)),
        ),
    )
    return tuple(table for table in made if table.rows)


def _videos(used: Sequence[Video], own: Mapping[str, Mapping[str, str]]) -> Rows:
    return [
        {
            **{name: getattr(video, name) for name in _VIDEO if hasattr(video, name)},
            "address": video.origin,
            "channel": video.provenance.get("channel") or "",
            "published": video.provenance.get("published") or "",
            "retrieved": utc(video.added_at),
            "licence": video.provenance.get("licence") or "",
            **{name: values.get(video.id, "") for name, values in own.items()},
        }
        for video in used
    ]


def _segments(db: Database, used: Sequence[Video]) -> Rows:
    return [
        {
            "video_id": video.id,
            "position": one.position,
            "start_s": round(one.start_s, 3),
            "end_s": round(one.end_s, 3),
            "text": one.text,
            "original_text": one.original_text or "",
        }
        for video in used
        for one in captions.of_video(db, video.id)
    ]


def _seconds(
    db: Database, clustering: Clustering, used: Sequence[Video], frames: Sequence[Mapping[str, Any]]
) -> Rows:
    counted: dict[tuple[str, int], int] = {}
    for row in frames:
        key = row["video_id"], row["cluster"]
        counted[key] = counted.get(key, 0) + 1
    names = analyses.names(db, clustering.id)
    numbers = sorted({row["cluster"] for row in frames})
    of_video = {v.id: sum(counted.get((v.id, n), 0) for n in numbers) for v in used}
    return [
        {
            "video_id": video.id,
            "title": video.title,
            "group": video.group,
            "cluster": number,
            "cluster_name": names.get(number, ""),
            "frames": counted.get((video.id, number), 0),
            "seconds": round(counted.get((video.id, number), 0) * video.every_s, 3),
            "share_percent": round(
                100 * counted.get((video.id, number), 0) / max(1, of_video[video.id]), 4
            ),
        }
        for video in used
        for number in numbers
    ]


def _taken_in(db: Database, frames: Sequence[Mapping[str, Any]]) -> Rows:
    gone = left_out.every(db)
    return [dict(row) for row in frames if row_frame(row) not in gone]


def _compared(db: Database, clustering: Clustering, by: str, only: Only | None) -> Rows:
    """None where there is a single group."""
    try:
        found = compare_clusters(db, clustering, by, only)
    except InvalidSetting:
        if by != GROUP:
            raise
        return []
    return comparison_rows(found, analyses.names(db, clustering.id))


def _over_time(db: Database, clustering: Clustering, by: str, only: Only | None) -> Rows:
    found, numbers = over_time(db, clustering, by=by, only=only)
    return course_rows(found, numbers, analyses.names(db, clustering.id), COURSE, by)


def _shots(db: Database, used: Sequence[Video]) -> Rows:
    """Of the videos whose cuts were found."""
    rows = []
    for video in used:
        kept = cuts.read(db, video.id)
        if kept is not None:
            shots = Shots.from_json(kept)
            edges = [shots.from_s, *shots.cuts_s, shots.until_s]
            rows += [
                {
                    "video_id": video.id,
                    "title": video.title,
                    "group": video.group,
                    "shot": number,
                    "start_s": round(start_s, 3),
                    "end_s": round(end_s, 3),
                    "length_s": round(end_s - start_s, 3),
                }
                for number, (start_s, end_s) in enumerate(pairwise(edges), start=1)
            ]
    return rows


def _codings(db: Database, video_ids: Sequence[str], only: Only | None) -> Rows:
    rows = [row for name in reversed(samples.names(db)) for row in coding_rows(db, name)]
    rows = [row for row in rows if row["video_id"] in video_ids]
    return [row for row in rows if only is None or row_frame(row) in only.frames]
