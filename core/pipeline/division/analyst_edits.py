"""Clusterings that an analyst makes: frames moved to another cluster, clusters from examples."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.analysis import reassigning
from core.analysis.clustering import EDITED, Division, described
from core.analysis.reclustering import rows_of, stretches_of
from core.analysis.weighting import blocks_of, normalised, weighted
from core.errors import InvalidSetting
from core.pipeline.division import analyse
from core.pipeline.division.analyst_requests import (
    FOLLOWED,
    MOVED,
    SEEDED,
    analysts_rows,
    example_rows,
)
from core.pipeline.division.carried_names import carry_over
from core.pipeline.division.taken import taken
from core.records import Clustering, Run
from core.storage import Database, analyses, results, runs
from core.storage.annotations import cluster_marks
from core.storage.progress import Progress


def edit(db: Database, run_id: str, what: dict[str, Any], report: Progress) -> Clustering:
    """Make what core.pipeline.division.analyst_requests asks for; asked again, it is read.

    Raises NotFound, InvalidSetting.
    """
    identifier = analyses.analysts_id(run_id, what)
    known = {c.id: c for c in analyses.clusterings_of(db, run_id)}
    if identifier in known and analyses.clustering_file(db, known[identifier]).exists():
        return known[identifier]
    report(0.05, "Dividing the frames anew")
    make = {MOVED: _moved, SEEDED: _seeded, FOLLOWED: _followed}[what["kind"]]
    made, division, names = make(db, runs.get(db, run_id), identifier, what)
    analyse.keep(db, made, division, results.latents(db, run_id), report)
    carry_over(db, made)
    for number, name in names.items():
        cluster_marks.mark(db, made.id, number, name=name)
    return made


def _moved(
    db: Database, run: Run, identifier: str, what: dict[str, Any]
) -> tuple[Clustering, Division, dict[int, str]]:
    source = analyses.clustering(db, what["of"])
    rows, latents = rows_of(what["rows"]), results.latents(db, run.id)
    numbers, number = reassigning.moved(analyses.shown_numbers(db, source), rows, what["to"])
    points = weighted(latents, blocks_of(run), source.weights) if source.weights else latents
    division = described(latents, points, numbers - 1)
    before = source.edit
    own = np.union1d(analysts_rows(source), rows)
    goal = f"cluster {number}" if number else "no cluster"
    goal = f"a new {goal}" if what["to"] == reassigning.NEW else goal
    made = _edited(source, identifier, division, [number] if number else [])
    made.edit.update(
        kind=MOVED,
        of=source.id,
        after=[*before.get("after", []), source.id],
        method=before.get("method", source.method),
        k=before.get("k", source.k),
        steps=[*before.get("steps", []), ["a selection", len(rows), goal]],
        analyst=stretches_of(own),
        seeded=_seeds_of(source),
    )
    return made, division, {}


def _followed(
    db: Database, run: Run, identifier: str, what: dict[str, Any]
) -> tuple[Clustering, Division, dict[int, str]]:
    """What is left out now is in no cluster; what came in again is in the one nearest to it.

    In none stay what the analyst put there, and what HDBSCAN or examples had left in none.
    """
    source = analyses.clustering(db, what["of"])
    used, latents = taken(db, run), results.latents(db, run.id)
    points = weighted(latents, blocks_of(run), source.weights) if source.weights else latents
    numbers = analyses.shown_numbers(db, source)
    gone = used.over(np.zeros(len(used.rows), bool), True)  # (N,)
    back = ~gone & (numbers == 0)
    back[analysts_rows(source)] = False
    leaves_some = source.edit["method"] == "hdbscan" or bool(_seeds_of(source))
    if source.without and back.any() and not leaves_some:
        numbers[back] = reassigning.nearest_numbers(points, numbers, back)
    if not (numbers[~gone] > 0).any():
        raise InvalidSetting("Every frame of these clusters is left out; take some in again.")
    if gone.any():
        numbers, _ = reassigning.moved(numbers, np.flatnonzero(gone), reassigning.NONE)
    division = described(latents, points, numbers - 1)
    kept = {**source.edit, "kind": FOLLOWED, "of": source.id}
    kept["after"] = [*source.edit.get("after", []), source.id]
    kept["steps"] = [*source.edit["steps"], ["what is left out", int(gone.sum()), "no cluster"]]
    made = _edited(source, identifier, division, [])
    made.edit.update(kept, new=[])
    return replace(made, without=used.gone.mark, left_out=used.gone.reasons), division, {}


def _seeds_of(source: Clustering) -> dict[str, Any] | None:
    """The edit that made clusters from examples, where the clustering goes back to one."""
    own = source.edit.get("kind") == SEEDED
    return source.edit if own else source.edit.get("seeded")


def _seeded(
    db: Database, run: Run, identifier: str, what: dict[str, Any]
) -> tuple[Clustering, Division, dict[int, str]]:
    used, latents = taken(db, run), results.latents(db, run.id)
    weights = normalised(blocks_of(run), what["weights"])
    points = weighted(latents, blocks_of(run), weights) if weights else latents
    place = used.over(np.arange(len(used.rows)), -1)  # among what is taken
    examples: list[np.ndarray] = []
    chosen: list[int] = []
    for seed in what["seeds"]:
        of = seed["words"] if "words" in seed else rows_of(seed["rows"])
        rows = example_rows(db, run.id, of)
        examples.append(place[rows][place[rows] >= 0])
        chosen += [] if "words" in seed else rows.tolist()
    labels, _ = reassigning.nearest_examples(points[used.rows], examples, what["ratio"])
    if len(np.unique(labels[labels >= 0])) < 2:
        raise InvalidSetting("Clusters from examples take at least two, each with its own frames.")
    division = described(latents, points, used.over(labels, -1))
    names = [str(seed["name"]) for seed in what["seeds"]]
    gone = used.gone
    source = Clustering(
        "", run.id, EDITED, 0, 0, weights=weights, without=gone.mark, left_out=gone.reasons
    )
    made = _edited(source, identifier, division, range(1, len(names) + 1))
    made.edit.update(
        kind=SEEDED,
        of="",
        after=[],
        method=what["method"],
        k=what["k"],
        ratio=what["ratio"],
        names=names,
        words={seed["name"]: seed["words"] for seed in what["seeds"] if "words" in seed},
        steps=[["examples", int((labels >= 0).sum()), len(names)]],
        analyst=stretches_of(np.array(chosen, int)) if chosen else [],
    )
    return made, division, dict(enumerate(names, start=1))


def _edited(
    source: Clustering, identifier: str, division: Division, new: Sequence[int]
) -> Clustering:
    return Clustering(
        identifier,
        source.run_id,
        EDITED,
        len(division.centres),
        source.seed,
        time.time(),
        source.weights,
        source.smallest,
        {"name": "", "new": list(new)},
        source.without,
        source.left_out,
    )
