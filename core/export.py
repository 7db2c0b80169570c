"""What leaves the program: the cluster table as CSV, the latents as NPZ. Asks nothing of models."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.records import Clustering, Frame, Projection, Video
from core.storage import Database, analyses, results, videos
from core.storage.files import atomic, write_bytes

COLUMNS = (
    "video_id",
    "title",
    "group",
    "source",
    "frame_index",
    "time_s",
    "cluster",
    "cluster_name",
    "probability",
    "distance",
    "x",
    "y",
    "caption",
    "decoded_text",
    "frame_file",
    "watch_url",
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")  # a spreadsheet would run the cell


def cluster_rows(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    captions: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """One row per frame, in the order of the run's frames; the keys are `COLUMNS`.

    The distance to the own centre is by the clustering's weights (core.analysis.weighting).
    `captions` holds each video's text per frame. decoded_text is what the model says from the
    frame's latent alone, blank for a model without words. Raises NotFound.
    """
    listed = results.frames(db, clustering.run_id)
    division = analyses.division(db, clustering)
    names = analyses.names(db, clustering.id)
    places = analyses.layout(db, projection) if projection else None  # (N, 2)
    decoded = results.decoded_texts(db, clustering.run_id) or [""] * len(listed)
    known = {v: videos.get(db, v) for v in dict.fromkeys(f.video_id for f in listed)}
    frames = {frame.id: frame for v in known for frame in videos.frames_of(db, v)}
    rows = []
    for row, frame_id in enumerate(listed):
        number = int(division["labels"][row]) + 1
        texts = captions.get(frame_id.video_id, ())
        rows.append(
            {
                **_of_frame(known[frame_id.video_id], frames[frame_id]),
                "cluster": number,
                "cluster_name": names.get(number, ""),
                "probability": _number(division["probability"][row]),
                "distance": _number(division["distance"][row]),
                "x": "" if places is None else _number(places[row, 0]),
                "y": "" if places is None else _number(places[row, 1]),
                "caption": texts[frame_id.index] if frame_id.index < len(texts) else "",
                "decoded_text": decoded[row],
            }
        )
    return rows


def csv_bytes(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> bytes:
    """The rows as UTF-8 CSV, safe to open in a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _cell(row[column]) for column in columns})
    return out.getvalue().encode()


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows to `path`, whole or not at all."""
    write_bytes(path, csv_bytes(rows))


def latents_npz(db: Database, run_id: str, path: Path) -> None:
    """Write a run's latents with each row's video, frame, time and group. Raises NotFound.

    Weights of the latent's blocks are no part of them: they are the latents that can be decoded.
    """
    listed = results.frames(db, run_id)
    known = {v: videos.get(db, v) for v in dict.fromkeys(f.video_id for f in listed)}
    times = {frame.id: frame.time_s for v in known for frame in videos.frames_of(db, v)}
    with atomic(path) as temporary, temporary.open("wb") as out:
        np.savez(
            out,
            latents=results.latents(db, run_id),
            video_id=np.array([f.video_id for f in listed]),
            frame_index=np.array([f.index for f in listed], dtype=np.int32),
            time_s=np.array([times[f] for f in listed], dtype=np.float64),
            group=np.array([known[f.video_id].group for f in listed]),
        )


def _of_frame(video: Video, frame: Frame) -> dict[str, Any]:
    return {
        "video_id": video.id,
        "title": video.title,
        "group": video.group,
        "source": video.source,
        "frame_index": frame.index,
        "time_s": round(frame.time_s, 3),
        "frame_file": f"videos/{video.id}/frames/{frame.file}",
        "watch_url": video.watch_url(frame.time_s) or "",
    }


def _number(value: float) -> float | str:
    """Seven digits, as a float32 has; blank for what is not there."""
    return float(f"{value:.7g}") if np.isfinite(value) else ""


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value
