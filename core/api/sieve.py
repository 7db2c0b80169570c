"""Which rows of a run the map shows, and in grey: by a filter, and by what is left out."""

from __future__ import annotations

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from core.api.answers import FRESH, identifier, json
from core.api.map_data import packed
from core.errors import NotFound
from core.pipeline.curation.frame_columns import FrameColumns
from core.pipeline.division.taken import taken
from core.records import Run
from core.storage import Database, analyses, runs


def sieve(db: Database, request: Request) -> Response:
    """`shown` and `grey`: of every row 1 or 0, packed.

    With ?hide=yes what is left out does not show, else it is grey; ?where= is a filter
    (core.analysis.where), whose clusters are those of ?clustering=.
    """
    run = runs.get(db, identifier(request, "run"))
    used = taken(db, run)
    grey = used.over(np.zeros(len(used.rows), np.uint8), 1)  # (N,)
    hide = request.query_params.get("hide") == "yes"
    shown = 1 - grey if hide else np.ones_like(grey)
    where = request.query_params.get("where")
    if where:
        shown &= _passing(db, run, where, request.query_params.get("clustering"))
    return json({"shown": packed(shown, "u1"), "grey": packed(grey, "u1")}, FRESH)


def _passing(db: Database, run: Run, where: str, clustering_id: str | None) -> np.ndarray:
    clustering = analyses.clustering(db, clustering_id) if clustering_id else None
    if clustering is not None and clustering.run_id != run.id:
        raise NotFound("That clustering belongs to another run.")
    return FrameColumns(db, run, clustering).passing(where).astype(np.uint8)
