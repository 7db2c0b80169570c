"""The PCA run that follows each ingest by itself, so that there is something to explore at once."""

from __future__ import annotations

import hashlib
import time

from core.config import preset
from core.pipeline.training.train import train
from core.records import Run, Video
from core.storage import Database, left_out, runs, videos
from core.storage.left_out import LeftOut
from core.storage.progress import Progress


def baseline(db: Database, report: Progress) -> None:
    """Train PCA on every ready video, then drop the automatic runs that this one replaces.

    One that was begun and not ended is replaced too: one baseline is computed at a time, so nobody
    is at it. A replaced run stays when an analyst has named its clusters.
    """
    ready = videos.ready(db)
    if not ready:
        return
    run = _run(ready, left_out.of_videos(db, [video.id for video in ready]))
    if not runs.add(db, run) and runs.get(db, run.id).state == "done":
        return
    train(db, run.id, report)
    made_at = runs.get(db, run.id).created_at
    for other in runs.every(db):
        older = other.id != run.id and other.created_at <= made_at
        if other.automatic and older and not runs.has_named_clusters(db, other.id):
            runs.delete(db, other.id)


def _run(ready: list[Video], gone: LeftOut) -> Run:
    """The same videos, sampled alike, without the same frames, are the same run."""
    config = preset("pca")
    content = repr([(v.id, v.frames, v.every_s) for v in ready]) + repr(config) + gone.mark
    return Run(
        id="pca" + hashlib.sha256(content.encode()).hexdigest()[:7],
        name=f"PCA of {len(ready)} video{'s' if len(ready) > 1 else ''}",
        model=config.model.name,
        preset=config.preset,
        state="queued",
        video_ids=tuple(video.id for video in ready),
        config=config.to_json(),
        automatic=True,
        created_at=time.time(),
        left_out=gone.spans,
    )
