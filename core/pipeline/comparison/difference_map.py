"""Where on a map two groups differ: both densities, and the points that are drawn above them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.comparison.kde import DensityGrid, densities
from core.analysis.sampling import stratified
from core.pipeline.columns.known import GROUP, regrouped
from core.pipeline.curation.only import Only
from core.records import FrameId, Projection
from core.storage import Database, analyses, results, videos

DRAWN = 5_000  # points at most; the densities are of all of them


@dataclass(frozen=True)
class DifferenceMap:
    """Two groups on one map; rows of the arrays are the frames that are drawn."""

    grid: DensityGrid
    places: np.ndarray  # (M, 2)
    side: np.ndarray  # (M,) 0 for the first group, 1 for the second
    frames: tuple[FrameId, ...]  # M
    times_s: tuple[float, ...]  # M, of the frames in their videos
    every: int  # frames of both groups, drawn or not


def difference_map(
    db: Database,
    projection: Projection,
    first: str,
    second: str,
    by: str = GROUP,
    only: Only | None = None,
) -> DifferenceMap | None:
    """None where one of the groups has no frame in the run, or among `only`. Raises NotFound.

    Above 5,000 frames frames are drawn at random, of each group in proportion.
    """
    listed = results.frames(db, projection.run_id)
    used = [videos.get(db, v) for v in dict.fromkeys(frame.video_id for frame in listed)]
    known = regrouped(db, used, by)
    of = {video_id: video.group for video_id, video in known.items()}
    passing = None if only is None else only.frames
    groups = np.array(
        [of.get(f.video_id, "") if passing is None or f in passing else "" for f in listed]
    )
    rows = np.flatnonzero((groups == first) | (groups == second))
    side = (groups[rows] == second).astype(int)
    places = analyses.layout(db, projection)[rows].astype(np.float64)
    weights = np.array([known[listed[row].video_id].every_s for row in rows.tolist()])
    grid = densities(places, side, weights) if len(rows) else None
    if grid is None:
        return None
    drawn = stratified(side, DRAWN)
    frames = tuple(listed[row] for row in rows[drawn].tolist())
    time_s = {frame.id: frame.time_s for v in known for frame in videos.frames_of(db, v)}
    times_s = tuple(time_s[frame] for frame in frames)
    return DifferenceMap(grid, places[drawn], side[drawn], frames, times_s, len(rows))
