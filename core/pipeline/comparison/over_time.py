"""The groups' shares over the videos' course, and over dates that a column of the videos holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.analysis.comparison.course import Course, course
from core.errors import InvalidSetting
from core.pipeline.columns.known import GROUP, dated, known_columns
from core.pipeline.comparison.compare import Material, material
from core.pipeline.curation.only import Only
from core.records import Clustering, Run
from core.storage import Database, videos

COURSE = "course"  # of the videos: what --over says for it
PARTS = 10
COLUMNS = (
    *("compared_by", "over", "bin", "group", "cluster", "cluster_name", "videos"),
    *("airtime_s", "share_percent", "share_low", "share_high"),
)


def over_time(
    db: Database,
    clustering: Clustering,
    over: str = COURSE,
    by: str = GROUP,
    only: Only | None = None,
) -> tuple[Course, tuple[int, ...]]:
    """The course and the clusters' numbers, in its order.

    `over` is COURSE, the tenths of each video, or a column of dates, of which a video without a
    value is left out. Raises NotFound, InvalidSetting for a column that holds no dates.
    """
    found = material(db, clustering, by, only=only)
    part, bins = (found.through(PARTS), tenths()) if over == COURSE else _dates(db, found, over)
    kept = part >= 0
    inside = replace(found, video=found.video[kept], labels=found.labels[kept])
    of = found.airtime
    seconds = inside.seconds_in(part[kept], len(bins))
    return course(seconds, of.group, of.groups, bins), found.numbers


def date_columns(db: Database, run: Run) -> list[str]:
    """The columns of a run's videos that hold dates, of two different ones at least."""
    known = known_columns(db, [videos.get(db, video_id) for video_id in run.video_ids])
    return [name for name in dated(known) if len(set(known[name].values())) > 1]


def course_rows(
    found: Course, numbers: tuple[int, ...], names: Mapping[int, str], over: str, by: str
) -> list[dict[str, Any]]:
    """One row per bin, group and cluster; the keys are `COLUMNS`, None where there is no figure."""
    return [
        {
            "compared_by": by,
            "over": over,
            "bin": called,
            "group": group,
            "cluster": number,
            "cluster_name": names.get(number, ""),
            "videos": int(found.videos[g, b]),
            "airtime_s": round(float(found.seconds[g, b]), 3),
            "share_percent": _percent(found.share[g, b, c]),
            "share_low": _percent(found.low[g, b, c]),
            "share_high": _percent(found.high[g, b, c]),
        }
        for b, called in enumerate(found.bins)
        for g, group in enumerate(found.groups)
        for c, number in enumerate(numbers)
    ]


def tenths() -> list[str]:
    """What the parts of a video are called."""
    step = 100 // PARTS
    return [f"{step * p} to {step * (p + 1)} %" for p in range(PARTS)]


def _dates(db: Database, found: Material, column: str) -> tuple[np.ndarray, list[str]]:
    """(N,) the place of each frame's date among all, in order; -1 without one."""
    known = known_columns(db, found.videos)
    offered = dated(known)
    if column not in offered:
        others = ", ".join([COURSE, *offered])
        raise InvalidSetting(f"There is no column {column!r} of dates; choose from {others}.")
    values = known[column]
    bins = sorted(set(values.values()))
    place = {date: number for number, date in enumerate(bins)}
    of_video = [place[values[v.id]] if v.id in values else -1 for v in found.videos]
    return np.array(of_video)[found.video], bins


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else round(100 * float(share), 4)
