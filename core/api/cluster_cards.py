"""The answer that the cluster cards are filled from once they are drawn: facts of each cluster."""

from __future__ import annotations

import math
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.api.answers import FRESH, identifier, json
from core.api.map_data import packed
from core.api.run_rows import run_rows
from core.errors import NotFound
from core.pipeline.comparison.typical_words import typical_words
from core.pipeline.division.cluster_facts import ClusterFacts, facts
from core.pipeline.division.cluster_parts import cluster_parts
from core.storage import Database, analyses, runs
from models.config import says_typical_words


def cards(db: Database, request: Request) -> Response:
    """Words, time, near frames and certainty of every cluster as it is shown; frames between them.

    Not kept by the browser: captions and merges change it. Rows are those of the run.
    """
    clustering = analyses.clustering(db, identifier(request, "clustering"))
    run_id = identifier(request, "run")
    if clustering.run_id != run_id:
        raise NotFound("That clustering belongs to another run.")
    found = facts(db, clustering)
    typical = None
    if says_typical_words(runs.get(db, run_id).model):
        typical = {
            number: [[line.text, line.captions] for line in lines]
            for (number, group), lines in typical_words(db, clustering).items()
            if not group
        }
    times = run_rows(db, run_id).time_s
    return json(
        {
            "clusters": [_card(one, times) for one in found.clusters],
            "captions": found.captions,
            "between": [vars(frame) for frame in found.between],
            "between_count": found.between_count,
            "outside": found.outside,
            "typical": typical,  # words said there, for a model whose decoded words are a code
        },
        FRESH,
    )


def parts(db: Database, request: Request) -> Response:
    """The parts within each cluster: `of_frame` packed uint8, from 1, 0 in none; `words` of each.

    Not kept by the browser, as the cards.
    """
    clustering = analyses.clustering(db, identifier(request, "clustering"))
    if clustering.run_id != identifier(request, "run"):
        raise NotFound("That clustering belongs to another run.")
    found = cluster_parts(db, clustering)
    return json({"of_frame": packed(found.of_frame, "u1"), "words": found.words}, FRESH)


def _card(one: ClusterFacts, times: Any) -> dict[str, Any]:
    spread = one.time
    return {
        "number": one.number,
        "nearest": one.nearest,
        "words": [[mark.word, mark.count, mark.elsewhere] for mark in one.words],
        "segments": one.segments,
        "robust": one.robust,
        "between": one.between,
        "time": spread
        and {
            "longest": spread.longest,
            "first": spread.first,
            "last": spread.last,
            "first_s": float(times[spread.first]),
            "last_s": float(times[spread.last]),
            "stretches": spread.stretches,
            "only": spread.only_a_stretch,
            "autocorrelation": None
            if math.isnan(spread.autocorrelation)
            else spread.autocorrelation,
        },
    }
