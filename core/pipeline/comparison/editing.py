"""How a run's videos are edited, by group: cutting rate, shot length, brightness and colour."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from core.analysis.comparison.course import Course, mean_course
from core.analysis.comparison.rates import GroupRate, compare_rates, tested
from core.errors import InvalidSetting
from core.pipeline.columns.known import GROUP, regrouped
from core.pipeline.comparison.over_time import PARTS, tenths
from core.pipeline.curation.only import Only
from core.records import FrameId, Run, Video
from core.storage import Database, cuts, left_out, videos
from core.video.shots import SeenShots, Shots, seen_shots

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
    shots: tuple[SeenShots, ...]  # of the stretches that are compared
    rates: Mapping[str, tuple[GroupRate, ...]]
    groups: tuple[str, ...]
    group: np.ndarray  # (V,) int, place in `groups`


def editing(db: Database, run: Run, by: str = GROUP, only: Only | None = None) -> Editing:
    """Compare what is known; a group's rate is the sum over its videos over the sum of their base.

    Without what was left out, and of `only` those frames: each stands for the time halfway to its
    neighbours. Raises InvalidSetting where cuts of a video are not found yet, for a column without
    values and where nothing is left, NotFound.
    """
    if cuts.missing(db, run.video_ids):
        raise InvalidSetting(
            f"The cuts of this run's videos are not known; find them: python -m core cuts {run.id}"
        )
    compared = regrouped(db, [videos.get(db, v) for v in run.video_ids], by)
    gone = left_out.every(db)
    seen = {video_id: _watched(db, video, gone, only) for video_id, video in compared.items()}
    used = tuple(video for video_id, video in compared.items() if seen[video_id].stretches)
    if not used:
        raise InvalidSetting("Every frame of these videos is left out; take some in again.")
    shots = tuple(seen[video.id] for video in used)
    groups = tuple(dict.fromkeys(video.group for video in used))
    group = np.array([groups.index(video.group) for video in used])
    amounts = {
        "cuts_per_minute": _pairs(shots, lambda one: (len(one.cuts_s), one.length_s / 60)),
        "shot_length_s": _pairs(shots, lambda one: (one.length_s, one.shots)),
        "brightness": _pairs(shots, lambda one: (sum(one.brightness), len(one.seconds))),
        "colour": _pairs(shots, lambda one: (sum(one.colour), len(one.seconds))),
    }
    rates = {name: compare_rates(*of, group, groups) for name, of in amounts.items()}
    return Editing(used, shots, rates, groups, group)


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
            "shot_length_s": round(one.length_s / one.shots, 3),
            "brightness": _mean(one.brightness),
            "colour": _mean(one.colour),
            "median_shot_s": round(float(np.median(one.lengths)), 3),
        }
        for video, one in zip(found.videos, found.shots, strict=True)
    ]


def editing_course(found: Editing, measure: str) -> Course:
    """Each group's mean over its videos in each of their tenths."""
    values = np.stack([_tenths(one, measure) for one in found.shots], axis=1)  # (B, V)
    return mean_course(values, found.group, found.groups, tenths())


def _tenths(one: SeenShots, measure: str) -> np.ndarray:
    """(PARTS,), NaN where there is no picture."""
    edges = np.linspace(one.from_s, one.until_s, PARTS + 1)
    if measure in ("cuts_per_minute", "shot_length_s"):
        number = np.histogram(one.cuts_s, edges)[0]
        seconds = np.array([one.between(a, b) for a, b in pairwise(edges)])
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = number / (seconds / 60)
        per_shot = np.where(seconds > 0, seconds / (number + 1), np.nan)
        return np.where(seconds > 0, rate, np.nan) if measure == "cuts_per_minute" else per_shot
    place = np.clip(np.searchsorted(edges, one.seconds, side="right") - 1, 0, PARTS - 1)
    sums = np.bincount(place, getattr(one, measure), PARTS)
    number = np.bincount(place, minlength=PARTS)
    return np.divide(sums, number, out=np.full(PARTS, np.nan), where=number > 0)


def _watched(db: Database, video: Video, gone: Container[FrameId], only: Only | None) -> SeenShots:
    """The video's shots in the stretches of its frames that are compared."""
    shots = Shots.from_json(cuts.read(db, video.id) or {})
    frames = videos.frames_of(db, video.id)
    kept = [f.id not in gone and (only is None or f.id in only.frames) for f in frames]
    return seen_shots(shots, [frame.time_s for frame in frames], kept)


def _mean(values: Sequence[float]) -> float | None:
    """None where no second of it has a picture of its own."""
    return round(float(np.mean(values)), 3) if values else None


def _pairs(shots: tuple[SeenShots, ...], of: Any) -> tuple[np.ndarray, np.ndarray]:
    """(V,) amounts and (V,) bases."""
    both = np.array([of(one) for one in shots], np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
