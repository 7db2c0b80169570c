"""Answers with what is known of each row beside its cluster: its place, tags, measures, columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from core.analysis.map_agreement import MapAgreement, map_agreement
from core.analysis.map_quality import MapQuality, map_quality
from core.analysis.weighting import blocks_of, weighted
from core.api.answers import FOREVER, FRESH, checked, identifier, json
from core.api.map_data import packed
from core.api.run_rows import run_rows
from core.caching import computed_once
from core.errors import InvalidSetting, NotFound
from core.pipeline.columns.known import regrouped
from core.pipeline.division.taken import taken
from core.pipeline.frame_measures import MEASURES, frame_measure
from core.storage import Database, analyses, results, runs, videos
from core.storage.annotations import tags


def quality(db: Database, request: Request) -> Response:
    """Of a projection: see MapQuality; `of_frame` packed, float32, NaN where none was measured.

    By the weights of the projection. `neighbours` alone, null, where there are too few frames.
    """
    found = _quality(db, identifier(request, "run"), identifier(request, "projection"))
    if found is None:
        return json({"neighbours": None}, FOREVER)
    return json({**vars(found), "of_frame": packed(found.of_frame, "<f4")}, FOREVER)


@computed_once(8)
def _quality(db: Database, run_id: str, projection_id: str) -> MapQuality | None:
    projection = analyses.projection(db, projection_id)
    if projection.run_id != run_id:
        raise NotFound("That projection belongs to another run.")
    weights = projection.settings.get("weights", {})
    latents = weighted(results.latents(db, run_id), blocks_of(runs.get(db, run_id)), weights)
    places = analyses.layout(db, projection)
    used = taken(db, runs.get(db, run_id)) if projection.without else None
    if used is None or used.gone.mark != projection.without:
        return map_quality(latents, places)
    found = map_quality(latents[used.rows], places[used.rows])
    return found and replace(found, of_frame=used.over(found.of_frame, np.nan))


def agreement(db: Database, request: Request) -> Response:
    """Of a projection with ?with= another, RUN:PROJECTION: see MapAgreement.

    `of_frame` is packed, float32, NaN for a frame that the other's run has not. `neighbours` alone,
    null, where too few frames are in both.
    """
    other_run, _, other = request.query_params.get("with", "").partition(":")
    own = identifier(request, "run"), identifier(request, "projection")
    found = _agreement(db, *own, checked(other_run, "run"), checked(other, "projection"))
    if found is None:
        return json({"neighbours": None}, FOREVER)
    return json({**vars(found), "of_frame": packed(found.of_frame, "<f4")}, FOREVER)


@computed_once(8)
def _agreement(
    db: Database, run_id: str, projection_id: str, other_run: str, other: str
) -> MapAgreement | None:
    sides = [
        (run_rows(db, run), _layout(db, run, projection))
        for run, projection in ((run_id, projection_id), (other_run, other))
    ]
    (rows, places), (others, other_places) = sides
    pairs = [
        (row, others.row_of[frame])
        for row, frame in enumerate(rows.row_of)
        if frame in others.row_of
    ]
    if not pairs:
        return None
    mine, theirs = np.array(pairs).T
    found = map_agreement(places[mine], other_places[theirs])
    if found is None:
        return None
    of_frame = np.full(len(places), np.nan, np.float32)
    of_frame[mine] = found.of_frame
    return replace(found, of_frame=of_frame)


def _layout(db: Database, run_id: str, projection_id: str) -> np.ndarray:
    projection = analyses.projection(db, projection_id)
    if projection.run_id != run_id:
        raise NotFound("That projection belongs to another run.")
    return analyses.layout(db, projection)


def tagged(db: Database, request: Request) -> Response:
    """`names` of the tags, and `of_frame`: each row's place in them from 1, 0 without any.

    A frame with several tags has a name of all of them.
    """
    found = run_rows(db, identifier(request, "run"))
    names = {
        found.row_of[frame]: " + ".join(of_frame)
        for frame, of_frame in tags.of_frames(db, found.video_ids).items()
        if frame in found.row_of
    }
    kinds, numbers = _kinds(list(names.values()))
    of_row = np.zeros(len(found.row_of))
    of_row[list(names)] = numbers
    return json({"names": kinds, "of_frame": packed(of_row, "<u2")}, FRESH)


def column(db: Database, request: Request) -> Response:
    """As `tagged`, of the values of the videos' column ?name=."""
    found = run_rows(db, identifier(request, "run"))
    name = request.query_params.get("name", "")
    try:
        of_video = regrouped(db, [videos.get(db, one) for one in found.video_ids], name)
    except InvalidSetting as error:
        raise NotFound(str(error)) from error
    kinds, numbers = _kinds(
        [of_video[one].group if one in of_video else "" for one in found.video_ids]
    )
    return json({"names": kinds, "of_frame": packed(numbers[found.video], "<u2")}, FRESH)


def measured(db: Database, request: Request) -> Response:
    """`of_frame`, packed float32, of one of core.pipeline.frame_measures, and what it says."""
    found = run_rows(db, identifier(request, "run"))
    name = identifier(request, "measure")
    values = frame_measure(db, name, list(found.row_of))
    return json({"about": MEASURES[name][1], "of_frame": packed(values, "<f4")}, FRESH)


def _kinds(said: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The names among them, sorted, and the place of each in these from 1, 0 of an empty one."""
    names = sorted({one for one in said if one})
    place = {name: number for number, name in enumerate(["", *names])}
    return names, np.array([place[one] for one in said], int)
