"""Every query on notes: those on frames are kept here, the rest beside what they are on.

`every` gathers all of them, on frames, selections and clusters, for whoever writes them out.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.records import FrameId
from core.storage.annotations import cluster_marks, known_frames, selections, validate_text
from core.storage.database import Database
from core.storage.schema import frame_notes

COLUMNS = ("kind", "of", "video_id", "frame_index", "note")


def write(db: Database, frame: FrameId, text: str) -> str:
    """Write the note of a frame, "" takes it away; gives what it said before.

    Raises NotFound for a frame that is not in the library, InvalidSetting for too long a text.
    """
    kept = validate_text.note(text)
    key = {"video_id": frame.video_id, "index": frame.index}
    where = [frame_notes.c[name] == value for name, value in key.items()]
    with db.write() as connection:
        known_frames.require(connection, [frame])
        before = connection.execute(sa.select(frame_notes.c.text).where(*where)).scalar() or ""
        connection.execute(sa.delete(frame_notes).where(*where))
        if kept:
            row = {**key, "text": kept, "changed_at": time.time()}
            connection.execute(sa.insert(frame_notes).values(row))
    return before


def of_frame(db: Database, frame: FrameId) -> str:
    """The note of one frame, "" where there is none."""
    query = sa.select(frame_notes.c.text).where(
        frame_notes.c.video_id == frame.video_id, frame_notes.c.index == frame.index
    )
    with db.read() as connection:
        return connection.execute(query).scalar() or ""


def of_frames(db: Database, video_ids: Iterable[str] | None = None) -> dict[FrameId, str]:
    """The notes on frames of these videos, or of the library, by video and time."""
    wanted = (frame_notes.c.video_id, frame_notes.c.index, frame_notes.c.text)
    query = sa.select(*wanted).order_by(frame_notes.c.video_id, frame_notes.c.index)
    if video_ids is not None:
        query = query.where(frame_notes.c.video_id.in_(list(video_ids)))
    with db.read() as connection:
        return {FrameId(video, index): text for video, index, text in connection.execute(query)}


def every(db: Database, clustering_ids: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """All notes as plain values, the keys are `COLUMNS`: first frames, selections, then clusters.

    `of` is the frame as "video:index", the selection's name, or the cluster as "clustering:number";
    clusters are those of `clustering_ids`, or of the library.
    """
    frames = [_row("frame", str(frame), text, frame) for frame, text in of_frames(db).items()]
    chosen = [_row("selection", one.name, one.note) for one in selections.every(db) if one.note]
    ids = cluster_marks.marked_clusterings(db) if clustering_ids is None else clustering_ids
    clusters = [
        _row("cluster", f"{identifier}:{cluster.number}", cluster.mark.note)
        for identifier in ids
        for cluster in cluster_marks.shown(db, identifier)
        if cluster.mark.note
    ]
    return frames + chosen + clusters


def _row(kind: str, of: str, note: str, frame: FrameId | None = None) -> dict[str, Any]:
    return {
        "kind": kind,
        "of": of,
        "video_id": frame.video_id if frame else "",
        "frame_index": frame.index if frame else "",
        "note": note,
    }
