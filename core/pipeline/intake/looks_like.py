"""Whether a video just read shows what another one shows: cut, trimmed or encoded anew."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from core.analysis.comparison.offset import clearest_offset
from core.analysis.comparison.same_pictures import Matches, Prints, prints, same_pictures
from core.errors import VideoUnreadable
from core.pipeline.comparison.same_pictures import thumbnails
from core.pipeline.intake.duplicates import overlap
from core.records import Video
from core.storage import Database, videos
from core.storage.files import load_array, save_array
from core.video.part import Part

ALIKE = "looks_like"  # the field of provenance: the other video's id, share and offset_s
_SHARE = 0.9  # of frames with something on them; less is footage that both show
_PART = 2 / 3  # of the shorter video that both must show where one is trimmed
_LONGER, _LONGER_S = 0.02, 3.0  # how much the length of a copy that is not trimmed may differ
_FEWEST = 5  # frames that prove something
_HASHES = "looks.npy"  # in a video's folder: a hash a frame, 0 for a plain picture


class _Likeness(NamedTuple):
    share: float  # of the shorter video's frames with something on them
    video: str
    offset_s: float  # how much later it shows the same


class _Own(NamedTuple):
    """What a video just read is recognised by."""

    prints: Prints
    times_s: np.ndarray
    every_s: float


def alike(db: Database, video: Video, times_s: Sequence[float]) -> dict[str, Any]:
    """The field `looks_like` where a video just read shows what another one shows.

    Small pictures at the same times are compared, so that other encodings and sizes are found:
    those of videos of about its length, and of others at the one offset at which their pictures
    clearly agree. Footage that both show in different places is none.
    """
    others = [other for other in videos.ready(db) if other.id != video.id]
    own = _Own(prints(thumbnails(db, video)), np.asarray(times_s), video.every_s)
    _keep_hashes(db, video, own.prints)
    found = [one for other in others for one in _likenesses(db, video, own, other)]
    if not found:
        return {}
    share, best, offset_s = max(found)
    return {ALIKE: {"video": best, "share": round(share, 4), "offset_s": round(offset_s, 3)}}


def without_likeness(provenance: dict[str, Any]) -> dict[str, Any]:
    """What was known of a video before its pictures were read anew."""
    return {name: value for name, value in provenance.items() if name != ALIKE}


def _likenesses(db: Database, video: Video, own: _Own, other: Video) -> Iterator[_Likeness]:
    their_s = np.array([frame.time_s for frame in videos.frames_of(db, other.id)])
    offsets_s = [0.0] if _near(video, other) else []
    try:
        found = clearest_offset(
            _hashes(own.prints),
            own.times_s,
            _known_hashes(db, other),
            their_s,
            max(own.every_s, other.every_s),
        )
        if found is not None and found.frames >= _FEWEST:
            offsets_s.append(found.seconds)
        for offset_s in offsets_s:
            share = _share(own, prints(thumbnails(db, other)), their_s, offset_s)
            if share is not None:
                yield _Likeness(share, other.id, offset_s)
    except VideoUnreadable:  # its small pictures are gone, which is said where it is opened
        return


def _near(video: Video, other: Video) -> bool:
    apart_s = abs(video.duration_s - other.duration_s)
    return apart_s <= max(_LONGER_S, _LONGER * video.duration_s) and overlap(
        Part(*video.part), other
    )


def _share(own: _Own, their: Prints, their_s: np.ndarray, offset_s: float) -> float | None:
    """Of the shorter video's frames with something on them, those that both have at that offset;
    None where that is no copy."""
    telling = np.flatnonzero(~own.prints.plain)
    fewer = min(len(telling), int((~their.plain).sum()))
    wanted_s = own.times_s[telling] + offset_s
    half_s = own.every_s / 2
    both = (wanted_s >= their_s[0] - half_s) & (wanted_s <= their_s[-1] + half_s)
    telling, wanted_s = telling[both], wanted_s[both]
    if len(their_s) < _FEWEST or len(telling) < max(_FEWEST, _PART * fewer):
        return None
    nearest = _nearest(their_s, wanted_s)
    found = _there(same_pictures(own.prints, their), telling, nearest)
    return min(1.0, float(found.sum()) / fewer) if found.mean() >= _SHARE else None


def _hashes(of: Prints) -> np.ndarray:
    return np.where(of.plain, np.uint64(0), of.hashes)


def _keep_hashes(db: Database, video: Video, of: Prints) -> None:
    if db.files.video(video.id).is_dir():
        save_array(db.files.video(video.id) / _HASHES, _hashes(of))


def _known_hashes(db: Database, video: Video) -> np.ndarray:
    """Those that were kept when it was read; of an earlier version's video they are made now."""
    kept = db.files.video(video.id) / _HASHES
    known = None
    with contextlib.suppress(OSError, ValueError, EOFError):  # not there, or damaged
        known = load_array(kept)
    if known is not None and known.shape == (video.frames,) and known.dtype == np.uint64:
        return known
    made = prints(thumbnails(db, video))
    _keep_hashes(db, video, made)
    return _hashes(made)


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
