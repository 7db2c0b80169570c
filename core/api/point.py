"""The answer to a click: everything the large panel says of one frame, in one round trip."""

from __future__ import annotations

from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from core.analysis.weighting import blocks_of, nearest
from core.api.addresses import media
from core.api.answers import identifier, json, number
from core.api.run_rows import RunRows, decoded_texts, run_rows
from core.errors import NotFound
from core.pipeline.captions import frame_caption
from core.records import Clustering, FrameId, Video
from core.storage import Database, analyses, left_out, results, runs, videos
from core.storage.annotations import cluster_marks


def point(db: Database, request: Request) -> Response:
    """Video, time, caption, decoded words, cluster (of ?clustering=) and neighbours of a frame.

    The neighbours are those by the weights of that clustering.
    """
    run_id = identifier(request, "run")
    frame = FrameId(identifier(request, "video"), number(request, "index"))
    found = run_rows(db, run_id)
    row = found.row_of.get(frame)
    if row is None:
        raise NotFound(f"Frame {frame} is not in run {run_id}.")
    video = videos.get(db, frame.video_id)
    time_s = float(found.time_s[row])
    clustering = _clustering(db, run_id, request.query_params.get("clustering"))
    return json(
        {
            "frame": str(frame),
            "row": row,
            "title": video.title,
            "group": video.group,
            "time_s": time_s,
            **_caption(db, video, frame.index),
            "decoded_text": _decoded(db, run_id, row),
            "cluster": _cluster(db, clustering, row) if clustering else None,
            "neighbours": _neighbours(db, run_id, row, found, clustering),
            "watch_url": video.watch_url(time_s),
            "media_url": media(db.files.project.id, video.id) if video.media_file else None,
            "media_name": video.media_file,
        }
    )


def _caption(db: Database, video: Video, index: int) -> dict[str, Any]:
    return {
        "caption": frame_caption(db, video.id, index),
        "caption_origin": video.caption_origin,
        "captions_timed": video.captions_timed,
        "language": video.language,
    }


def _decoded(db: Database, run_id: str, row: int) -> str | None:
    """What the model says from the latent alone: "" for silence, None for one without words."""
    texts = decoded_texts(db, run_id)
    return None if texts is None else texts[row]


def _clustering(db: Database, run_id: str, identifier: str | None) -> Clustering | None:
    if not identifier:
        return None
    clustering = analyses.clustering(db, identifier)
    if clustering.run_id != run_id:
        raise NotFound("That clustering belongs to another run.")
    return clustering


def _cluster(db: Database, clustering: Clustering, row: int) -> dict[str, Any] | None:
    """The cluster as it is shown; None for a frame in no cluster."""
    division = analyses.division(db, clustering)
    own = division["labels"] + 1  # (N,) cluster numbers before merges, 0 in none
    if not own[row]:
        return None
    every = cluster_marks.shown(db, clustering.id)
    shown = next(cluster for cluster in every if own[row] in cluster.members)
    probability = float(division["probability"][row])
    return {
        "number": shown.number,
        "name": shown.mark.name,
        "size": int(np.isin(own, shown.members).sum()),
        "distance": float(division["distance"][row]),
        "probability": probability if np.isfinite(probability) else None,
    }


def _neighbours(
    db: Database, run_id: str, row: int, found: RunRows, clustering: Clustering | None
) -> list[dict[str, Any]]:
    """Without those that are left out."""
    weights = clustering.weights if clustering else {}
    rows = _weighed(db, run_id, row, weights) if weights else results.neighbours(db, run_id)[row]
    gone = left_out.of_run(db, runs.get(db, run_id)).frames
    frames = {int(other): found.row_of.frame(other) for other in rows}
    return [
        {"row": other, "frame": str(frame), "time_s": float(found.time_s[other])}
        for other, frame in frames.items()
        if frame not in gone
    ]


def _weighed(db: Database, run_id: str, row: int, weights: dict[str, float]) -> np.ndarray:
    """The rows nearest to one by moved weights: not kept, as one row against all is soon done."""
    blocks = blocks_of(runs.get(db, run_id))
    return nearest(results.latents(db, run_id, mmap=True), row, blocks, weights)
