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
from core.storage import Database, videos
from core.storage.coding import samples

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
    """The shots (core.pipeline.division.shots): first frame, value in the column, last frame."""
    of = regrouped(db, _chosen(db, video_ids), by)
    begins = shots(db, list(of.values())).begins
    listed, groups, ends = [], [], []
    for video in of.values():
        edges = [*begins[video.id], video.frames]
        for first, after in pairwise(edges):
            listed.append(FrameId(video.id, first))
            groups.append(video.group)
            ends.append(after - 1)
    return listed, groups, ends


def _chosen(db: Database, video_ids: Sequence[str] | None) -> list[Video]:
    if video_ids is None:
        return videos.ready(db)
    return [videos.get(db, video_id) for video_id in video_ids]
