"""Answers that map and timeline are drawn from: rows, positions, labels, shots; each sent once."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from core.analysis.sampling import stratified
from core.api.answers import FOREVER, FRESH, identifier, json
from core.api.run_rows import RunRows, decoded_texts, run_rows
from core.caching import computed_once
from core.charts import frame_map
from core.errors import NotFound
from core.pipeline.captions import captions_of_frames
from core.pipeline.division import shots as division_shots
from core.storage import Database, analyses, videos

MOST_POINTS = 50_000  # that a map draws at a time
_EVEN_S = 1e-6  # by which steps of an even stretch may differ


def stretches(db: Database, request: Request) -> Response:
    """Which frame each row is, as stretches: rows of one video, their indices and times even.

    Of each stretch its video (as a place in `videos`), index and time of the first, how many there
    are and how many seconds lie from one to the next. `shown` are the rows that a map draws while
    all of it is in sight, each group in its share; null where it draws all.
    """
    found = run_rows(db, identifier(request, "run"))
    shown = None
    if len(found.row_of) > MOST_POINTS:
        group_of = {video.id: video.group for video in videos.every(db)}
        groups = [group_of.get(video_id, "") for video_id in found.video_ids]
        numbers = np.unique(groups, return_inverse=True)[1]  # (V,)
        shown = packed(stratified(numbers[found.video], MOST_POINTS), "<i4")
    begins, steps = _even(found)
    return json(
        {
            "videos": found.video_ids,
            "video": packed(found.video[begins], "<u2"),
            "index": packed(found.index[begins], "<i4"),
            "time": packed(found.time_s[begins], "<f8"),
            "count": packed(np.diff(begins, append=len(found.row_of)), "<i4"),
            "step": packed(steps, "<f8"),
            "shown": shown,
        },
        FOREVER,
    )


def _even(found: RunRows) -> tuple[np.ndarray, np.ndarray]:
    """(S,) first row of each stretch of rows that go on evenly, and (S,) seconds between them."""
    steps = np.diff(found.time_s)  # (N - 1,)
    goes_on = (np.diff(found.video) == 0) & (np.diff(found.index) == 1)
    even = goes_on.copy()
    even[1:] &= ~goes_on[:-1] | (np.abs(np.diff(steps)) < _EVEN_S)
    begins = np.flatnonzero(np.concatenate([[True], ~even]))[: len(found.row_of)]
    return begins, np.append(steps, 0.0)[begins]


def captions(db: Database, request: Request) -> Response:
    """The caption shown at each row, as a place in `texts`; corrections show at the next visit.

    `decoded` is what the model says from each row's latent, null for a model without words. With
    ?video= both are of that video's rows alone, which `rows` names.
    """
    run_id = identifier(request, "run")
    found = run_rows(db, run_id)
    rows = np.arange(len(found.row_of))
    asked = request.query_params.get("video")
    if asked is not None:
        if asked not in found.video_ids:
            raise NotFound(f"There is no video {asked!r} in run {run_id}.")
        rows = np.flatnonzero(found.video == found.video_ids.index(asked))
    places, decoded = found.video[rows].tolist(), decoded_texts(db, run_id)
    of_video = captions_of_frames(db, [found.video_ids[place] for place in set(places)])
    said = {place: of_video[found.video_ids[place]] for place in set(places)}
    texts: dict[str, int] = {"": 0}
    chosen = [
        texts.setdefault(_text(said[place], index), len(texts))
        for place, index in zip(places, found.index[rows].tolist(), strict=True)
    ]
    return json(
        {
            "texts": list(texts),
            "text": packed(np.array(chosen), "<i4"),
            "decoded": decoded and [decoded[row] for row in rows.tolist()],
            "rows": None if asked is None else packed(rows, "<i4"),
        },
        FRESH,
    )


def figure(db: Database, request: Request) -> Response:
    """The map of a projection as a Plotly figure: one trace with x and y of every row, in grey.

    The browser colours it, so that another colour asks for no positions.
    """
    record = analyses.projection(db, identifier(request, "projection"))
    _belongs(record.run_id, request)
    return Response(_drawn(db, record.id), media_type="application/json", headers=FOREVER)


@computed_once(4)
def _drawn(db: Database, projection_id: str) -> str:
    record = analyses.projection(db, projection_id)
    return str(frame_map(analyses.layout(db, record)).to_json())


def clustering(db: Database, request: Request) -> Response:
    """Label, distance and certainty of every row; of each cluster the nearest row, words, modes.

    `weights` of the latent's blocks that these distances have, {} for all 1.
    """
    record = analyses.clustering(db, identifier(request, "clustering"))
    _belongs(record.run_id, request)
    division = analyses.division(db, record)
    return json(
        {
            "k": record.k,
            "labels": packed(division["labels"], "<u2"),
            "distance": packed(division["distance"], "<f4"),
            "probability": _certainty(division["probability"]),
            "nearest": division["nearest"].tolist(),
            "texts": analyses.centre_texts(db, record),
            "modes": analyses.centre_modes(db, record),
            "weights": record.weights,
        },
        FOREVER,
    )


def shots(db: Database, request: Request) -> Response:
    """Where shots begin: {"begins": {video: indices of first frames}, "by_features": [video]}."""
    made = _shots(db, run_rows(db, identifier(request, "run")).video_ids)
    return json({"begins": made.begins, "by_features": sorted(made.by_features)}, FOREVER)


@computed_once(4)
def _shots(db: Database, video_ids: tuple[str, ...]) -> division_shots.Shots:
    return division_shots.shots(db, [videos.get(db, video_id) for video_id in video_ids])


def _belongs(run_id: str, request: Request) -> None:
    if run_id != identifier(request, "run"):
        raise NotFound("That analysis belongs to another run.")


def _text(texts: list[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def _certainty(probability: np.ndarray) -> str | None:
    """None for a method that says nothing of it."""
    return packed(probability, "<f4") if np.isfinite(probability).all() else None


def packed(array: Any, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=kind).tobytes()).decode()
