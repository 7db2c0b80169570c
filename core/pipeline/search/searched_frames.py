"""A run's frames as searching needs them: all, or those of some videos, with what is said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.pipeline.captions import captions_of_frames
from core.records import FrameId, Run
from core.storage import Database, left_out, results
from core.storage.results import Stretch


@dataclass(frozen=True)
class SearchedFrames:
    """M of a run's frames. A place, from 0 to M - 1, is none of the run's rows."""

    stretches: Sequence[Stretch]
    ends: np.ndarray  # (S,) int64: the place behind each stretch's last
    rows: np.ndarray  # (M,) int64, ascending: which of the run's rows they are
    captions: Sequence[str]  # what is said, "" for nothing
    follows: np.ndarray  # (M,) bool: comes right after the frame before, in the same video
    kept: np.ndarray  # (M,) bool: not left out; nothing else is found

    @property
    def frames(self) -> list[FrameId]:
        """All of them, which takes half a second of a million."""
        return results.of(self.stretches)

    def frame(self, place: int) -> FrameId:
        """The one at a place."""
        behind = int(np.searchsorted(self.ends, place, "right"))
        return FrameId(
            self.stretches[behind].video_id,
            self.stretches[behind].last + 1 + place - int(self.ends[behind]),
        )

    def places(self, rows: Sequence[int]) -> list[int]:
        """Where rows of the run are that are among these."""
        return np.searchsorted(self.rows, rows).tolist()


def searched(db: Database, run: Run, only: Collection[str] | None = None) -> SearchedFrames:
    """All frames of a run, or with `only` those of these videos; of no other are captions read."""
    every = results.stretches(db, run.id)
    ends = results.ends(every)
    rows = np.arange(ends[-1] if every else 0)
    if only is not None:
        wanted = np.array([one.video_id in only for one in every], bool)
        rows = rows[np.repeat(wanted, np.diff(ends, prepend=0))]
        every = [one for one in every if one.video_id in only]
        ends = results.ends(every)
    of_video = captions_of_frames(db, {one.video_id for one in every})
    captions: list[str] = []
    for one in every:
        there = of_video[one.video_id][one.first : one.last + 1]
        captions += [*there, *[""] * (len(one.indices) - len(there))]
    follows = np.ones(len(rows), bool)
    follows[[0, *ends[:-1]][: len(every)]] = False
    return SearchedFrames(every, ends, rows, captions, follows, kept(db, run, every))


def kept(db: Database, run: Run, stretches: Sequence[Stretch]) -> np.ndarray:
    """(M,) bool: which of the frames of a run in these stretches are not left out."""
    gone: dict[str, list[int]] = {}
    for video_id, index in left_out.of_run(db, run).frames:
        gone.setdefault(video_id, []).append(index)
    parts = [~np.isin(one.indices, gone.get(one.video_id, ())) for one in stretches]
    return np.concatenate(parts) if parts else np.zeros(0, bool)
