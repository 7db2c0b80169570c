"""Whether a video just read shows what another one shows: cut or encoded anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.analysis.comparison.same_pictures import Matches, Prints, prints, same_pictures
from core.errors import VideoUnreadable
from core.pipeline.comparison.same_pictures import thumbnails
from core.pipeline.intake.duplicates import overlap
from core.records import Video
from core.storage import Database, videos
from core.video.part import Part

ALIKE = "looks_like"  # the field of provenance: the other video's id, and the share of frames
_SHARE = 0.9  # of frames with something on them; less is footage that both show
_LONGER, _LONGER_S = 0.02, 3.0  # how much a copy's length may differ
_FEWEST = 5  # frames that prove something


def alike(db: Database, video: Video, times_s: Sequence[float]) -> dict[str, Any]:
    """The field `looks_like` where a video just read shows what another of about its length shows.

    Small pictures at the same times are compared, so that other encodings and sizes are found,
    and videos that are the same from another moment on are not.
    """
    others = [other for other in videos.ready(db) if other.id != video.id and _near(video, other)]
    if not others:
        return {}
    own = prints(thumbnails(db, video))
    found = [(_share(db, own, times_s, other), other.id) for other in others]
    share, best = max(found)
    return {ALIKE: {"video": best, "share": round(share, 4)}} if share >= _SHARE else {}


def without_likeness(provenance: dict[str, Any]) -> dict[str, Any]:
    """What was known of a video before its pictures were read anew."""
    return {name: value for name, value in provenance.items() if name != ALIKE}


def _near(video: Video, other: Video) -> bool:
    apart_s = abs(video.duration_s - other.duration_s)
    return apart_s <= max(_LONGER_S, _LONGER * video.duration_s) and overlap(
        Part(*video.part), other
    )


def _share(db: Database, own: Prints, times_s: Sequence[float], other: Video) -> float:
    """Of the frames with something on them that the other has at about the same time."""
    their_s = np.array([frame.time_s for frame in videos.frames_of(db, other.id)])
    try:
        their = prints(thumbnails(db, other))
    except VideoUnreadable:  # its small pictures are gone, which is said where it is opened
        return 0.0
    telling = np.flatnonzero(~own.plain)
    if len(telling) < _FEWEST or len(their_s) < _FEWEST:
        return 0.0
    nearest = _nearest(their_s, np.asarray(times_s)[telling])
    found = _there(same_pictures(own, their), telling, nearest)
    return float(found.mean())


def _nearest(ascending: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """(R,) which of the ascending times is nearest to each of the wanted ones."""
    after = np.clip(np.searchsorted(ascending, wanted), 1, len(ascending) - 1)
    return after - (wanted - ascending[after - 1] < ascending[after] - wanted)


def _there(matches: Matches, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(R,) whether each row is like its column of the other video, or the one beside it."""
    column_of = np.full(int(rows.max()) + 1, -9)
    column_of[rows] = columns
    own = matches.row <= rows.max()
    wanted = column_of[np.minimum(matches.row, rows.max())]
    hit = own & (matches.start - 1 <= wanted) & (wanted <= matches.end + 1)
    return np.isin(rows, matches.row[hit])
