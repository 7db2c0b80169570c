"""Which frames of a video others have too: copies, and openings and endings of one series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.comparison.same_pictures import Prints
from core.analysis.shared_pictures import Shared, shared_pictures
from core.records import Video
from core.storage import Database, videos

WINDOW_S = 90.0  # from the beginning or to the end, in which an opening or ending lies
_FEWEST = 2  # frames that an opening has at least


@dataclass(frozen=True)
class Repeat:
    """Frames of one video that others have."""

    video: int  # place of the video
    kind: str  # "intro", "outro" or "duplicate"
    rows: list[int]
    others: list[int]  # places of the videos that have them too
    like: list[tuple[int, int]]  # video and frame of some that are like them


def repeats(db: Database, ready: Sequence[Video], marks: Sequence[Prints]) -> Iterator[Repeat]:
    """Openings and endings first, then copies: of these the later video's frames."""
    shared = shared_pictures(marks)
    times = [np.array([f.time_s for f in videos.frames_of(db, video.id)]) for video in ready]
    ends = [float(own[-1]) if len(own) else 0.0 for own in times]
    one_series = np.array([_series(v) & _series(w) != set() for v in ready for w in ready])
    own_s = np.array([times[v][f] for v, f in zip(shared.video, shared.first, strict=True)])
    other_s = np.array([times[v][f] for v, f in zip(shared.other, shared.other_first, strict=True)])
    alike = one_series.reshape(len(ready), len(ready))[shared.video, shared.other]
    own_end = np.array([ends[v] for v in shared.video]) - own_s
    other_end = np.array([ends[v] for v in shared.other]) - other_s
    for kind, own, other in (("intro", own_s, other_s), ("outro", own_end, other_end)):
        near = alike & (own <= WINDOW_S) & (other <= WINDOW_S)
        for place, video in enumerate(ready):
            yield from _aligned(shared, place, kind, near, own - other, 1.5 * video.every_s)
    for place in range(len(ready)):
        copied = np.flatnonzero((shared.video == place) & (shared.other < place))
        if len(copied):
            yield _repeat(shared, place, "duplicate", copied)


def _series(video: Video) -> set[str]:
    """What makes videos one series: their group, their channel."""
    channel = video.provenance.get("channel_id") or video.provenance.get("channel")
    return {f"group {video.group}"} | ({f"channel {channel}"} if channel else set())


def _aligned(
    shared: Shared, place: int, kind: str, near: np.ndarray, apart_s: np.ndarray, within_s: float
) -> Iterator[Repeat]:
    """The frames that another video has in the same order, at one distance in time."""
    kept: list[int] = []
    for other in np.unique(shared.other[near & (shared.video == place)]):
        rows = np.flatnonzero(near & (shared.video == place) & (shared.other == other))
        votes = np.abs(apart_s[rows][:, None] - apart_s[rows]) <= within_s
        lengths = shared.last[rows] - shared.first[rows] + 1
        best = votes[(votes * lengths).sum(axis=1).argmax()]
        if lengths[best].sum() >= _FEWEST:
            kept += rows[best].tolist()
    if kept:
        yield _repeat(shared, place, kind, np.array(kept))


def _repeat(shared: Shared, place: int, kind: str, at: np.ndarray) -> Repeat:
    spans = {(int(shared.first[one]), int(shared.last[one])) for one in at}
    rows = sorted({row for first, last in spans for row in range(first, last + 1)})
    like = [(int(shared.other[one]), int(shared.other_first[one])) for one in at]
    return Repeat(place, kind, rows, sorted({video for video, _ in like}), sorted(set(like))[:8])
