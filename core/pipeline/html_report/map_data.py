"""The report's map: its points, their captions and small pictures, packed for report.js."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.analysis.sampling import stratified
from core.charts import frame_map
from core.charts.colours import TIME
from core.export.table import row_frame
from core.format import count
from core.pipeline.html_report import pictures
from core.pipeline.html_report.content import GroupLine, Map
from core.pipeline.html_report.method import projection_said
from core.pipeline.html_report.page import colour
from core.records import Projection, Video
from core.storage import Database, analyses, results

_MOST_POINTS = 5_000  # that a browser draws well


def map_data(
    db: Database,
    projection: Projection,
    rows: Sequence[Mapping[str, Any]],
    videos: Sequence[Video],
    groups: Sequence[GroupLine],
    titled: Mapping[int, tuple[str, str]],
) -> Map:
    """`rows` are the cluster table's, every frame of the run; arrays are little-endian base64.

    Above 5,000 frames each group is drawn by lot, in its proportion.
    """
    chosen = stratified(np.array([row["group"] for row in rows]), _MOST_POINTS)
    placed = analyses.layout(db, projection)[chosen]  # (n, 2)
    shown = [rows[row] for row in chosen]
    video = {one.id: place for place, one in enumerate(videos)}
    group = {one.name: place for place, one in enumerate(groups)}
    aspects = [v.width / v.height for v in videos if v.width and v.height]
    tile = pictures.tile_size(aspects, len(shown))
    frames = [row_frame(row) for row in shown]
    texts = list(dict.fromkeys(row["caption"] for row in shown))
    text = {words: place for place, words in enumerate(texts)}
    spoken = results.decoded_texts(db, projection.run_id) is not None
    run_id = projection.run_id
    db.files.keyframes(run_id)  # of a bucket all pictures are fetched at once, not one by one below
    for video_id in {frame.video_id for frame in frames}:
        db.files.frames(video_id)
    data = {
        "figure": json.loads(frame_map(placed).to_json()),
        "time_colours": TIME,
        "cluster": _packed([row["cluster"] for row in shown], "<u2"),
        "group": _packed([group[row["group"]] for row in shown], "<u2"),
        "video": _packed([video[row["video_id"]] for row in shown], "<u2"),
        "time": _packed([row["time_s"] for row in shown], "<f4"),
        "caption": _packed([text[row["caption"]] for row in shown], "<i4"),
        "texts": texts,
        "decoded": [row["decoded_text"] for row in shown] if spoken else None,
        "clusters": {n: {"title": title, "colour": colour(c)} for n, (title, c) in titled.items()},
        "groups": [{"title": one.name, "colour": colour(one.colour)} for one in groups],
        "videos": [{"title": one.title, "length": one.duration_s} for one in videos],
        "tile": dict(zip(("width", "height", "across"), tile, strict=True)),
        "originals": pictures.atlas_pages([db.files.picture(f) for f in frames], tile),
        "reconstructions": pictures.atlas_pages(
            [pictures.decoded(db, run_id, f) for f in frames], tile
        ),
    }
    said = count(len(shown), "frame")
    if len(shown) < len(rows):
        said = f"{len(shown):,} of {len(rows):,} frames, drawn by lot, each group by its share"
    return Map(data, said, projection_said(projection))


def _packed(values: Any, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()
