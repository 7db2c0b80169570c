"""A run's files, damaged: each reader names the file and what to do, the routes as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import routes
from core.errors import CheckpointUnreadable
from core.records import Run
from core.storage import Database, analyses, results
from core.storage.files import save_array, write_json
from tests.synthetic import make_run

ROWS = 21


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))


def _arrays(db: Database, run: Run) -> dict[str, tuple[Path, Callable[[], object]]]:
    clustering = analyses.clusterings_of(db, run.id)[0]
    projection = analyses.projections_of(db, run.id)[0]
    folder = db.files.run(run.id)
    return {
        "frames": (folder / "frames.json", lambda: results.frames(db, run.id)),
        "latents": (folder / "latents.npy", lambda: results.latents(db, run.id)),
        "neighbours": (folder / "neighbours.npy", lambda: results.neighbours(db, run.id)),
        "decoded": (folder / "decoded.json", lambda: results.decoded_texts(db, run.id)),
        "report": (folder / "report.json", lambda: results.report(db, run.id)),
        "division": (
            analyses.clustering_file(db, clustering),
            lambda: analyses.division(db, clustering),
        ),
        "layout": (
            analyses.projection_file(db, projection),
            lambda: analyses.layout(db, projection),
        ),
    }


def _not_finite(count: int) -> np.ndarray:
    return np.full((ROWS, count), np.nan, np.float32)


DAMAGES: list[tuple[str, object]] = [
    ("frames", b"{"),
    ("frames", [["video0", 0]] * ROWS),
    ("frames", [["video0", -n] for n in range(ROWS)]),
    ("frames", [["video0", n] for n in range(ROWS + 1)]),
    ("frames", [[n, "video0"] for n in range(ROWS)]),
    ("frames", [["video0", 0, 8], ["video1", 0, 12]]),
    ("frames", [["video1", 0, 11], ["video0", 8], ["video0", 0, 7], ["video1", 3]]),
    ("frames", [["video0", 8, 0], ["video1", 0, 11]]),
    ("frames", [["video0", 0, 8, 1], ["video1", 0, 11]]),
    ("frames", [["video0", 0, 10**12]]),
    ("frames", {"a": 1}),
    ("latents", _not_finite(6)),
    ("latents", np.zeros((ROWS - 1, 6), np.float32)),
    ("latents", np.zeros(ROWS, np.float32)),
    ("latents", np.array(["a"] * ROWS)),
    ("latents", b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': \x00"),
    ("latents", b""),
    ("neighbours", np.full((ROWS, 8), ROWS, np.int32)),
    ("neighbours", np.full((ROWS, 8), -1, np.int32)),
    ("decoded", ["a"] * (ROWS - 1)),
    ("decoded", [None] * ROWS),
    ("report", b"[1, 2]"),
    ("division", b"PK\x03\x04"),
    ("division", b""),
    ("layout", _not_finite(2)),
    ("layout", np.zeros((ROWS, 3), np.float32)),
]


@pytest.mark.parametrize(("which", "content"), DAMAGES)
def test_a_damaged_file_is_named(db: Database, run: Run, which: str, content: object) -> None:
    path, read = _arrays(db, run)[which]
    if isinstance(content, np.ndarray):
        save_array(path, content)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write_json(path, content)
    with pytest.raises(CheckpointUnreadable, match=r"\.$") as caught:
        read()
    assert str(path) in str(caught.value) and "again" in str(caught.value)


@pytest.mark.parametrize("which", ["frames", "division", "layout"])
def test_the_routes_say_the_same(db: Database, run: Run, which: str) -> None:
    path, _ = _arrays(db, run)[which]
    path.write_bytes(b"{")
    clustering, projection = (
        analyses.clusterings_of(db, run.id)[0].id,
        analyses.projections_of(db, run.id)[0].id,
    )
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    answers = [
        client.get(f"/api/runs/{run.id}/{part}")
        for part in (
            "stretches",
            f"clusterings/{clustering}",
            f"figures/{projection}",
            f"points/video0/3?clustering={clustering}",
        )
    ]
    refused = [answer.text for answer in answers if answer.status_code == 503]
    assert refused and all(str(path) in text for text in refused)
    assert all(answer.status_code in (200, 503) for answer in answers)


def test_every_array_of_another_division_is_refused(db: Database, run: Run) -> None:
    clustering = analyses.clusterings_of(db, run.id)[0]
    whole = analyses.division(db, clustering)
    for name in ("labels", "distance", "probability", "centres", "nearest"):
        other = {**whole, name: whole[name][:-1]}
        with analyses.clustering_file(db, clustering).open("wb") as out:
            np.savez(out, **other)
        with pytest.raises(CheckpointUnreadable, match="cluster again"):
            analyses.division(db, clustering)


def test_metrics_that_are_damaged_are_named(db: Database, run: Run) -> None:
    results.metrics_file(db, run.id).write_text(json.dumps({"step": 1}) + "\n[1]\n")
    with pytest.raises(CheckpointUnreadable, match=r"metrics\.jsonl is damaged"):
        results.metrics(db, run.id)
