"""Draws frames to be coded: at random, each group by its part, in an order that tells nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from core.analysis.sampling import stratified
from core.errors import InvalidSetting
from core.pipeline.columns.known import GROUP, regrouped
from core.pipeline.division.shots import shots
from core.records import FrameId, Sample, Video
from core.storage import Database, cuts, videos
from core.storage.coding import samples
from core.video.shots import Shots

Unit = Literal["frame", "shot"]


def draw_sample(
    db: Database,
    name: str,
    size: int,
    video_ids: Sequence[str] | None = None,
    by: str = GROUP,
    seed: int = 0,
    unit: Unit = "frame",
) -> Sample:
    """Keep a random sample of `size` frames or shots of these videos, or of all that are ready.

    Each value of the videos' column `by` gets its part of the frames, one at least; frames of
    videos without a value are not drawn. The same seed draws the same frames. Raises
    InvalidSetting for a size that cannot be had and a name that is taken, NotFound.
    """
    if unit == "shot":
        listed, groups, ends = shots_by_group(db, video_ids, by)
    else:
        (listed, groups), ends = frames_by_group(db, video_ids, by), []
    if not 1 <= size <= len(listed):
        raise InvalidSetting(
            f"A sample of these videos has 1 to {len(listed):,} {unit}s; {size:,} were asked for."
        )
    rows = stratified(np.array(groups), size, seed)
    np.random.default_rng(seed).shuffle(rows)
    drawn = tuple(listed[row] for row in rows.tolist())
    until = tuple(ends[row] for row in rows.tolist()) if ends else ()
    return samples.add(db, Sample(name, drawn, by, seed, until=until))


def frames_by_group(
    db: Database, video_ids: Sequence[str] | None = None, by: str = GROUP
) -> tuple[list[FrameId], list[str]]:
    """The frames that a sample is drawn from, and each one's value in the column `by`."""
    of = regrouped(db, _chosen(db, video_ids), by)
    listed = [FrameId(video.id, index) for video in of.values() for index in range(video.frames)]
    return listed, [of[frame.video_id].group for frame in listed]


def shots_by_group(
    db: Database, video_ids: Sequence[str] | None = None, by: str = GROUP
) -> tuple[list[FrameId], list[str], list[int]]:
    """The shots: first frame, value in the column, last frame.

    They lie between true cuts where a video's are known, else core.pipeline.division.shots says
    where they begin.
    """
    of = regrouped(db, _chosen(db, video_ids), by)
    begins = {video_id: _between_cuts(db, video) for video_id, video in of.items()}
    others = [video for video_id, video in of.items() if begins[video_id] is None]
    begins |= shots(db, others).begins if others else {}
    listed, groups, ends = [], [], []
    for video in of.values():
        edges = [*(begins[video.id] or [0]), video.frames]
        for first, after in pairwise(edges):
            listed.append(FrameId(video.id, first))
            groups.append(video.group)
            ends.append(after - 1)
    return listed, groups, ends


def _between_cuts(db: Database, video: Video) -> list[int] | None:
    """The first frame of each shot that has one, None where the cuts are not known."""
    kept = cuts.read(db, video.id)
    if kept is None:
        return None
    times_s = videos.times_of(db, video.id)
    shot = np.searchsorted(Shots.from_json(kept).cuts_s, times_s, side="right")  # (frames,)
    return np.flatnonzero(np.diff(shot, prepend=-1)).tolist()


def _chosen(db: Database, video_ids: Sequence[str] | None) -> list[Video]:
    if video_ids is None:
        return videos.ready(db)
    return [videos.get(db, video_id) for video_id in video_ids]
