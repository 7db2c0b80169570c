"""The cluster table: one row per frame, in columns that stay. Asks nothing of models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import InvalidSetting, NotFound
from core.export import provenance
from core.records import Clustering, Frame, FrameId, Projection, Video
from core.storage import Database, analyses, left_out, results, video_columns, videos
from core.storage.coding import predictions

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
    "caption_origin",
)


OWN = "video_"  # leads the columns that an analyst added to the videos


def cluster_rows(
    db: Database,
    clustering: Clustering,
    projection: Projection | None,
    captions: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """One row per frame, in the order of the run's frames; the keys are `columns_of` the rows.

    Clusters have the numbers under which they are shown, 0 for a frame that is in none. The
    distance to the own centre is by the clustering's weights (core.analysis.weighting).

    `captions` holds each video's text per frame. decoded_text is what the model says from the
    frame's latent alone, blank for a model without words. Raises NotFound.
    """
    listed = results.frames(db, clustering.run_id)
    division = analyses.division(db, clustering)
    numbers = analyses.shown_numbers(db, clustering)  # (N,) merges made
    names = analyses.names(db, clustering.id)
    places = analyses.layout(db, projection) if projection else None  # (N, 2)
    decoded = results.decoded_texts(db, clustering.run_id) or [""] * len(listed)
    known = {v: videos.get(db, v) for v in dict.fromkeys(f.video_id for f in listed)}
    frames = {frame.id: frame for v in known for frame in videos.frames_of(db, v)}
    gone = left_out.every(db)
    chosen = {  # rows whose cluster the analyst chose
        row for first, last in clustering.edit.get("analyst", ()) for row in range(first, last + 1)
    }
    given = predictions.read(db, clustering.run_id)
    own = {f"{OWN}{name}": values for name, values in video_columns.values(db).items()}
    own |= provenance.columns(known.values())
    rows = []
    for row, frame_id in enumerate(listed):
        number = int(numbers[row])
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
                **(
                    {"left_out": gone.get(frame_id) or ("yes" if frame_id in gone else "")}
                    if gone
                    else {}
                ),
                **({"assigned": "analyst" if row in chosen else ""} if chosen else {}),
                **(_predicted(given, row) if given else {}),
                **{name: values.get(frame_id.video_id, "") for name, values in own.items()},
            }
        )
    return rows


def columns_of(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """`COLUMNS`, then those of the videos as video_NAME, and where they are from as from_NAME."""
    return (*COLUMNS, *(name for name in (rows[0] if rows else ()) if name not in COLUMNS))


def selected_rows(
    rows: Sequence[Mapping[str, Any]], chosen: Iterable[FrameId]
) -> list[Mapping[str, Any]]:
    """Those rows of the cluster table whose frames are chosen, in the table's order.

    Raises NotFound for a frame that the table does not have, InvalidSetting for no frame at all.
    """
    wanted = set(chosen)
    if not wanted:
        raise InvalidSetting("Nothing is selected; choose some frames first.")
    found = [row for row in rows if row_frame(row) in wanted]
    if len(found) < len(wanted):
        missing = min(wanted - {row_frame(row) for row in found})
        raise NotFound(f"Frame {missing} is not among the run's frames; choose another.")
    return found


def row_frame(row: Mapping[str, Any]) -> FrameId:
    """Which frame a row of the cluster table is."""
    return FrameId(row["video_id"], row["frame_index"])


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
        "caption_origin": video.caption_origin,
    }


def _predicted(kept: tuple[dict[str, Any], dict[str, np.ndarray]], row: int) -> dict[str, Any]:
    """What a head on the latents gives to a frame (core.pipeline.coding.predict)."""
    said, arrays = kept
    return {
        "predicted_category": said["names"][int(arrays["given"][row])],
        "predicted_certainty": _number(arrays["certainty"][row]),
    }


def _reason(gone: Mapping[FrameId, str], frame: FrameId) -> str:
    """Why a frame is in no comparison; "" for one that is in."""
    return (gone[frame] or "left out") if frame in gone else ""


def _number(value: float) -> float | str:
    """Seven digits, as a float32 has; blank for what is not there."""
    return float(f"{value:.7g}") if np.isfinite(value) else ""
