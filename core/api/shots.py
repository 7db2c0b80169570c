"""Answers where the shots of a run's videos begin, for the timeline."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from core.api.answers import FOREVER, identifier, json
from core.api.run_rows import run_rows
from core.pipeline.division import shots as found
from core.storage import Database, videos


def shots(db: Database, request: Request) -> Response:
    """{"begins": {video: indices of first frames}, "by_features": [video]}."""
    run = identifier(request, "run")
    made = _shots(db, run_rows(db, run).video_ids)
    return json({"begins": made.begins, "by_features": sorted(made.by_features)}, FOREVER)


@lru_cache(maxsize=4)
def _shots(db: Database, video_ids: tuple[str, ...]) -> found.Shots:
    return found.shots(db, [videos.get(db, video_id) for video_id in video_ids])
