"""Keeps each video's picture features beside its frames: computed once, then read from disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.records import Frame
from core.storage import Database, videos
from core.storage.files import atomic, load_array
from core.storage.progress import Progress
from core.video.features.backbone import Backbone
from core.video.kept_picture import kept_picture

_PICTURES = 16  # that are in memory together


def features(
    db: Database, video_id: str, backbone: Backbone, report: Progress | None = None
) -> np.ndarray:
    """(N, size) float16, memory-mapped, rows of length 1 in the order of videos.frames_of.

    Computed when first asked for, and again when the frames have changed since. Raises
    VideoUnreadable when a kept picture is damaged, StorageFailed when the disk is full, and
    what Backbone.features raises.
    """
    path = db.files.features(video_id, backbone.key)
    frames = videos.frames_of(db, video_id)
    kept = _kept(path, len(frames), db.files.frames(video_id))
    if kept is not None:
        return kept
    if not frames:
        return np.empty((0, backbone.size), np.float16)
    _compute(db, video_id, frames, backbone, path, report)
    return load_array(path, mmap=True)


def _kept(path: Path, count: int, frames: Path) -> np.ndarray | None:
    """What `path` holds, or None where it is missing, damaged, or older than the frames."""
    try:
        if path.stat().st_mtime_ns < frames.stat().st_mtime_ns:
            return None
        kept = load_array(path, mmap=True)
    except (OSError, ValueError, EOFError):
        return None
    whole = kept.ndim == 2 and len(kept) == count and kept.dtype == np.float16
    return kept if whole else None


def _compute(
    db: Database,
    video_id: str,
    frames: Sequence[Frame],
    backbone: Backbone,
    path: Path,
    report: Progress | None,
) -> None:
    with atomic(path) as temporary:
        shape = (len(frames), backbone.size)
        out = np.lib.format.open_memmap(temporary, "w+", np.float16, shape)
        done = 0
        for pictures in _batches(db, video_id, frames):
            out[done : done + len(pictures)] = backbone.features(pictures)
            done += len(pictures)
            if report is not None:
                report(done / len(frames), f"Looking at frames {done:,} of {len(frames):,}")
        out.flush()


def _batches(db: Database, video_id: str, frames: Sequence[Frame]) -> Iterator[np.ndarray]:
    """The kept pictures in order, a few at a time, each batch (B, H, W, 3) of one size."""
    held: list[np.ndarray] = []
    for frame in frames:
        picture = kept_picture(db, video_id, frame.file)
        if held and (len(held) == _PICTURES or picture.shape != held[0].shape):
            yield np.stack(held)
            held = []
        held.append(picture)
    if held:
        yield np.stack(held)
