"""How far a sample's coders agree, over all and by category, and on which frames they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.coding import agreement as measures
from core.analysis.coding.agreement import Agreement
from core.export.coding_tiers import NONE_FITS
from core.records import FrameId
from core.storage import Database, videos
from core.storage.coding import categories, samples

RAW_COLUMNS = (
    *("sample", "coder", "video_id", "title", "group", "unit", "frame_index", "last_index"),
    *("time_s", "category", "category_id", "coded_at"),
)


@dataclass(frozen=True)
class Ratings:
    """Who gave what: rows are coders, columns the sample's frames."""

    coders: tuple[str, ...]
    frames: tuple[FrameId, ...]
    names: tuple[str, ...]  # of the categories that were given, and of none
    values: np.ndarray  # (C, U) int, place in `names`, -1 where a coder has not coded a frame

    @property
    def videos(self) -> np.ndarray:
        """(U,) the video of each frame."""
        return np.array([frame.video_id for frame in self.frames])

    def given(self, coder: int, frame: int) -> str:
        """What a coder gave, "" for nothing."""
        value = int(self.values[coder, frame])
        return self.names[value] if value >= 0 else ""


@dataclass(frozen=True)
class CategoryAgreement:
    """One category against all others."""

    name: str
    given: int  # times, by all coders
    agreement: Agreement


@dataclass(frozen=True)
class Reliability:
    """What can be said of a sample that two coders or more have coded."""

    ratings: Ratings
    overall: Agreement
    by_category: tuple[CategoryAgreement, ...]
    disagreements: tuple[int, ...]  # places in the sample's frames


def ratings(db: Database, sample: str, coders: Sequence[str] | None = None) -> Ratings:
    """What these coders, or all, gave to a sample. Raises NotFound."""
    drawn = samples.get(db, sample)
    known = {one.id: one.name for one in categories.every(db)}
    given = [one for one in samples.codings_of(db, sample) if coders is None or one.coder in coders]
    who = tuple(sorted({one.coder for one in given}))
    names = tuple(
        name
        for name in (*known.values(), NONE_FITS)
        if any(known.get(one.category or "", NONE_FITS) == name for one in given)
    )
    place = {frame: number for number, frame in enumerate(drawn.frames)}
    values = np.full((len(who), len(drawn.frames)), -1)
    for one in given:
        name = known.get(one.category or "", NONE_FITS)
        values[who.index(one.coder), place[one.frame]] = names.index(name)
    return Ratings(who, drawn.frames, names, values)


def reliability(db: Database, sample: str, coders: Sequence[str] | None = None) -> Reliability:
    """Agreement of these coders, or all. Raises NotFound."""
    found = ratings(db, sample, coders)
    return Reliability(
        found,
        measures.agreement(found.values, found.videos),
        tuple(
            CategoryAgreement(
                name,
                int((found.values == place).sum()),
                measures.of_category(found.values, found.videos, place),
            )
            for place, name in enumerate(found.names)
        ),
        tuple(measures.disagreements(found.values).tolist()),
    )


def coding_rows(db: Database, sample: str) -> list[dict[str, Any]]:
    """The raw table: one row for each coder and frame, the keys are `RAW_COLUMNS`.

    A frame for which no category fits has category "" and the id "none". Raises NotFound.
    """
    drawn = samples.get(db, sample)
    known = {one.id: one.name for one in categories.every(db)}
    ids = dict.fromkeys(frame.video_id for frame in drawn.frames)
    of = {video_id: videos.get(db, video_id) for video_id in ids}
    times = {frame.id: frame.time_s for v in ids for frame in videos.frames_of(db, v)}
    return [
        {
            "sample": drawn.name,
            "coder": one.coder,
            "video_id": one.frame.video_id,
            "title": of[one.frame.video_id].title,
            "group": of[one.frame.video_id].group,
            "unit": drawn.unit,
            "frame_index": one.frame.index,
            "last_index": drawn.last(one.frame),
            "time_s": round(times[one.frame], 3),
            "category": known.get(one.category or "", ""),
            "category_id": one.category or "none",
            "coded_at": round(one.coded_at, 3),
        }
        for one in samples.codings_of(db, drawn.name)
    ]
