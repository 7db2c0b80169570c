"""How a run's videos are edited, by group: cutting rate, shot length, brightness and colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.comparison.course import Course, mean_course
from core.analysis.comparison.rates import GroupRate, compare_rates, tested
from core.errors import InvalidSetting
from core.pipeline.columns.known import GROUP, regrouped
from core.pipeline.comparison.over_time import PARTS, tenths
from core.records import Run, Video
from core.storage import Database, cuts, videos
from core.video.shots import Shots

MEASURES = {  # of a video: what it is called, with its unit
    "cuts_per_minute": "Cuts a minute",
    "shot_length_s": "Shot length, s",
    "brightness": "Brightness, 0 to 100",
    "colour": "Colour (chroma), 0 to 100",
}
COLUMNS = (
    *("video_id", "title", "group", "length_s", "pictures", "cuts", *MEASURES),
    "median_shot_s",
)


@dataclass(frozen=True)
class Editing:
    """Every video with its shots, and the groups compared in each of `MEASURES`."""

    videos: tuple[Video, ...]  # each with what it is compared by as its group
    shots: tuple[Shots, ...]
    rates: Mapping[str, tuple[GroupRate, ...]]
    groups: tuple[str, ...]
    group: np.ndarray  # (V,) int, place in `groups`


def editing(db: Database, run: Run, by: str = GROUP) -> Editing:
    """Compare what is known; a group's rate is the sum over its videos over the sum of their base.

    Raises InvalidSetting where cuts of a video are not found yet and for a column without values,
    NotFound.
    """
    if cuts.missing(db, run.video_ids):
        raise InvalidSetting(
            f"The cuts of this run's videos are not known; find them: python -m core cuts {run.id}"
        )
    compared = regrouped(db, [videos.get(db, v) for v in run.video_ids], by)
    shots = tuple(Shots.from_json(cuts.read(db, video_id) or {}) for video_id in compared)
    groups = tuple(dict.fromkeys(video.group for video in compared.values()))
    group = np.array([groups.index(video.group) for video in compared.values()])
    amounts = {
        "cuts_per_minute": _pairs(shots, lambda one: (len(one.cuts_s), one.length_s / 60)),
        "shot_length_s": _pairs(shots, lambda one: (one.length_s, len(one.cuts_s) + 1)),
        "brightness": _pairs(shots, lambda one: (sum(one.brightness), len(one.seconds))),
        "colour": _pairs(shots, lambda one: (sum(one.colour), len(one.seconds))),
    }
    rates = {name: compare_rates(*of, group, groups) for name, of in amounts.items()}
    return Editing(tuple(compared.values()), shots, rates, groups, group)


def tests_of(found: Editing) -> int:
    """How many figures of p it shows."""
    return sum(map(tested, found.rates.values()))


def editing_rows(found: Editing) -> list[dict[str, Any]]:
    """One row per video, the keys are `COLUMNS`."""
    return [
        {
            "video_id": video.id,
            "title": video.title,
            "group": video.group,
            "length_s": round(one.length_s, 3),
            "pictures": one.pictures,
            "cuts": len(one.cuts_s),
            "cuts_per_minute": round(60 * len(one.cuts_s) / max(one.length_s, 1e-3), 4),
            "shot_length_s": round(one.length_s / (len(one.cuts_s) + 1), 3),
            "brightness": round(float(np.mean(one.brightness)), 3),
            "colour": round(float(np.mean(one.colour)), 3),
            "median_shot_s": round(float(np.median(_lengths(one))), 3),
        }
        for video, one in zip(found.videos, found.shots, strict=True)
    ]


def editing_course(found: Editing, measure: str) -> Course:
    """Each group's mean over its videos in each of their tenths."""
    values = np.stack([_tenths(one, measure) for one in found.shots], axis=1)  # (B, V)
    return mean_course(values, found.group, found.groups, tenths())


def _tenths(one: Shots, measure: str) -> np.ndarray:
    """(PARTS,), NaN where there is no picture."""
    edges = np.linspace(one.from_s, one.until_s, PARTS + 1)
    if measure in ("cuts_per_minute", "shot_length_s"):
        number = np.histogram(one.cuts_s, edges)[0]
        minutes = one.length_s / PARTS / 60
        return number / minutes if measure == "cuts_per_minute" else 60 * minutes / (number + 1)
    place = np.clip(np.searchsorted(edges, one.seconds, side="right") - 1, 0, PARTS - 1)
    sums = np.bincount(place, getattr(one, measure), PARTS)
    number = np.bincount(place, minlength=PARTS)
    return np.divide(sums, number, out=np.full(PARTS, np.nan), where=number > 0)


def _pairs(shots: tuple[Shots, ...], of: Any) -> tuple[np.ndarray, np.ndarray]:
    """(V,) amounts and (V,) bases."""
    both = np.array([of(one) for one in shots], np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _lengths(one: Shots) -> np.ndarray:
    return np.diff([one.from_s, *one.cuts_s, one.until_s])
