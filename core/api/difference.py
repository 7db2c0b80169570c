"""The answers about what is different between two sets of frames, and the table of it."""

from __future__ import annotations

import dataclasses
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.analysis.reclustering import stretches_of
from core.api.answers import FRESH, identifier, json
from core.api.decode import asked, data_address, opened_decoder
from core.errors import NotFound
from core.export import csv_bytes
from core.pipeline.comparison.difference import Difference, difference, set_modes
from core.pipeline.comparison.difference_table import COLUMNS, difference_rows
from core.pipeline.comparison.set_measures import Measure
from core.records import Clustering
from core.storage import Database, analyses


def differences(db: Database, request: Request) -> Response:
    """Of ?a= and ?b= in ?clustering=, sets as core.pipeline.comparison.frame_sets reads them.

    Shares are from 0 to 1, an interval is null where too few frames bear it; `rows` are [first,
    last] of each stretch of rows.
    """
    found = _difference(db, request)
    return json(
        {
            "sides": [_side(one) for one in (found.first, found.second)],
            "both": found.both,
            "groups": [_measure(one) for one in found.groups],
            "measures": [_measure(one) for one in found.measures],
        },
        FRESH,
    )


def table(db: Database, request: Request) -> Response:
    """The same as CSV, for a download."""
    written = csv_bytes(difference_rows(_difference(db, request)), COLUMNS)
    headers = {**FRESH, "Content-Disposition": 'attachment; filename="difference.csv"'}
    return Response(written, media_type="text/csv; charset=utf-8", headers=headers)


def centres(db: Database, request: Request) -> Response:
    """What stands for ?a= beside ?b=, decoded: each mode's picture and share of the frames.

    ?projection= is that of the map, whose open model decodes.
    """
    clustering = _clustering(db, request)
    found = set_modes(db, clustering, asked(request, "a"), asked(request, "b"))
    pictures = opened_decoder(db, request).pictures([mode.place for mode in found])
    modes = [
        {"picture": data_address(picture), "share": mode.share}
        for mode, picture in zip(found, pictures, strict=True)
    ]
    return json({"modes": modes}, FRESH)


def _difference(db: Database, request: Request) -> Difference:
    clustering = _clustering(db, request)
    return difference(db, clustering, asked(request, "a"), asked(request, "b"))


def _clustering(db: Database, request: Request) -> Clustering:
    found = analyses.clustering(db, asked(request, "clustering"))
    if found.run_id != identifier(request, "run"):
        raise NotFound("That clustering belongs to another run.")
    return found


def _side(one: Any) -> dict[str, Any]:
    words = [[mark.word, mark.count, mark.elsewhere] for mark in one.words]
    return {**vars(one), "words": words, "rows": stretches_of(one.rows)}


def _measure(one: Measure) -> dict[str, Any]:
    said = dataclasses.asdict(one.contrast)
    return {"name": one.name, "about": one.about, "unit": one.unit, **said}
