"""A run with its clusters and frames as one JSON object, for programs. Asks nothing of models."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.export import provenance
from core.export.screen_texts import screen_json
from core.export.table import COLUMNS, row_frame
from core.records import Clustering, Projection, Run, Video
from core.storage import Database, analyses, recognition, results, runs, video_columns, videos
from core.storage.annotations import cluster_marks, notes, tags
from core.storage.files import write_bytes
from models.units import PIXEL_ERROR

FORMAT = "video-affinity-browser/1"  # the number grows when a key changes its meaning
_NUMBERS = ("probability", "distance", "x", "y")  # blank cells of the table are null here


def run_json(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """One object with the keys format, run, videos, clustering, projection, clusters, frames.

    `rows` are the cluster table's (core.export.table), all or selected; texts are as they are in
    the library, without the apostrophes that a spreadsheet needs. Raises NotFound.
    """
    run = runs.get(db, clustering.run_id)
    own = video_columns.values(db)
    return {
        "format": FORMAT,
        "run": _run(run, results.report(db, run.id)),
        "videos": [_video(db, videos.get(db, video_id), own) for video_id in run.video_ids],
        "clustering": {
            "id": clustering.id,
            "method": clustering.method,
            "k": clustering.k,
            "seed": clustering.seed,
            "weights": clustering.weights,  # of the latent's blocks; {} is 1 for all
            "edit": clustering.edit,  # how it was edited; {} where it was not
        },
        "projection": projection and {"method": projection.method, **projection.settings},
        "clusters": _clusters(db, clustering, rows),
        "frames": _frames(db, rows),
    }


def json_bytes(value: Any) -> bytes:
    """`value` as UTF-8 JSON; a number that is not finite is an error, never "NaN"."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def write_run_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write the object to `path`, whole or not at all."""
    write_bytes(path, json_bytes(value))


def _run(run: Run, report: Mapping[str, Any]) -> dict[str, Any]:
    pca = report.get("pca") or {}
    return {
        "id": run.id,
        "name": run.name,
        "model": run.model,
        "preset": run.preset,
        "frames": run.frames,
        "held_out_frames": report.get("held_out_frames"),
        "latent_size": run.latent_size,
        "error_unit": PIXEL_ERROR,
        "error_train": _finite(run.error_train),
        "error_held_out": _finite(run.error_held_out),
        "pca_error_train": _finite(pca.get("error_train")),
        "pca_error_held_out": _finite(pca.get("error_held_out")),
        "seconds": _finite(run.seconds),
        "device": run.device,
        "config": run.config,
    }


def _video(db: Database, video: Video, own: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "id": video.id,
        "title": video.title,
        "group": video.group,
        "source": video.source,
        "language": video.language,
        "duration_s": video.duration_s,
        "every_s": video.every_s,
        "frames": video.frames,
        "captions": video.captions,
        "captions_timed": video.captions_timed,
        "caption_origin": video.caption_origin,
        "captions_by_machine": provenance.by_machine(video),  # words may be wrong
        "provenance": {name: video.provenance.get(name) for name in provenance.FIELDS},
        "on_screen": [screen_json(one) for one in recognition.screen_texts_of(db, video.id)],
        "watch_url": video.watch_url(0),
        "columns": {name: of[video.id] for name, of in own.items() if video.id in of},
    }


def _clusters(
    db: Database, clustering: Clustering, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """One object per cluster as it is shown; frames and groups count the rows given."""
    listed = results.frames(db, clustering.run_id)
    nearest = analyses.division(db, clustering)["nearest"]
    texts = analyses.centre_texts(db, clustering)
    modes = analyses.centre_modes(db, clustering)
    groups: dict[int, Counter[str]] = {}
    for row in rows:
        groups.setdefault(row["cluster"], Counter())[row["group"]] += 1
    return [
        {
            "number": cluster.number,
            "members": list(cluster.members),  # several where clusters are merged
            "name": cluster.mark.name,
            "colour": cluster.mark.colour,
            "note": cluster.mark.note,
            "frames": groups.get(cluster.number, Counter()).total(),
            "frames_by_group": dict(groups.get(cluster.number, Counter())),
            "centres": [
                {
                    "member": member,
                    "nearest_frame": str(listed[nearest[member - 1]]),
                    "decoded_text": texts[member - 1] if texts else None,
                    "mode_shares": modes[member - 1] if modes else [],
                }
                for member in cluster.members
            ],
        }
        for cluster in cluster_marks.shown(db, clustering.id)
    ]


def _frames(db: Database, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    video_ids = {row["video_id"] for row in rows}
    tagged, noted = tags.of_frames(db, video_ids), notes.of_frames(db, video_ids)
    found = []
    for row in rows:
        frame = row_frame(row)
        values = {column: row[column] for column in COLUMNS}
        blank = {name: None for name in _NUMBERS if values[name] == ""}
        said = {"tags": list(tagged.get(frame, ())), "note": noted.get(frame, "")}
        found.append({"frame": str(frame), **values, **blank, **said})
    return found


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value
