"""Weights asked for on the command line, and the neighbours of a click by those of its clusters."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core import jobs
from core.__main__ import main
from core.analysis.weighting import weighted
from core.api import routes
from core.commands import project
from core.commands.shared import division
from core.commands.shared.choices import last_clustering, last_projection
from core.pipeline.__main__ import ACTIONS
from core.pipeline.division import analyse
from core.records import Run
from core.storage import Database, analyses, results
from core.storage.progress import Progress
from tests.synthetic import THREE_BLOCKS, make_run

WEIGHTS = {"appearance": 0.0, "content": 2.0}
ASKED = "content=2,appearance=0,words=1"


@pytest.fixture
def run(db: Database, black_decoder: list[np.ndarray], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of three blocks; what a command queues is done at once, in this process."""
    queued: dict[str, dict[str, Any]] = {}

    def keep(_db: Database, work: str, kind: str, subject: str, *rest: Any) -> str:
        queued[work] = {"kind": kind, "run_id": subject, **rest[1]}
        return work

    def work(_db: Database, job_id: str, _options: object) -> bool:
        words = dict(queued[job_id])
        ACTIONS[words.pop("kind")](db, **words, report=Progress(None))
        return True

    monkeypatch.setattr("core.jobs.submit._submit", keep)
    for command in (division, project):
        monkeypatch.setattr(command, "finish", work)
    return make_run(db, (9, 12), every_k=(3, 8), layouts=("pca",), model=THREE_BLOCKS)


def test_a_command_divides_by_its_weights(
    db: Database, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cluster", run.id, "--k", "3", "--weights", ASKED]) == 0
    made = analyses.clustering(db, capsys.readouterr().out.strip())
    assert made.weights == WEIGHTS
    assert main(["cluster", run.id, "--k", "3", "--weights", "words=1"]) == 0
    assert analyses.clustering(db, capsys.readouterr().out.strip()).weights == {}


def test_the_table_has_the_distances_and_the_map_of_the_weights(
    db: Database, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["project", run.id, "--method", "pca", "--weights", ASKED]) == 0
    placed = analyses.layout(db, analyses.projection(db, capsys.readouterr().out.strip()))
    out = tmp_path / "c.csv"
    words = ["export", run.id, "--k", "3", "--clusters", str(out)]
    tables = []
    for more in (["--weights", ASKED], []):
        assert main([*words, *more]) == 0
        with out.open(newline="", encoding="utf-8-sig") as file:
            tables.append(list(csv.DictReader(file)))
    assert "weights appearance=0,content=2" in capsys.readouterr().err.splitlines()[0]
    (made,) = [c for c in analyses.clusterings_of(db, run.id) if c.weights]
    kept = analyses.division(db, made)["distance"]
    np.testing.assert_allclose([float(r["distance"]) for r in tables[0]], kept, rtol=1e-5)
    np.testing.assert_allclose([float(r["x"]) for r in tables[0]], placed[:, 0], rtol=1e-5)
    assert [r["x"] for r in tables[1]] != [r["x"] for r in tables[0]]
    assert [r["distance"] for r in tables[1]] != [r["distance"] for r in tables[0]]


def test_a_centre_by_weights_is_decoded_from_its_latent(
    db: Database, run: Run, tmp_path: Path, black_decoder: list[np.ndarray]
) -> None:
    out = tmp_path / "c.png"
    words = ["decode", run.id, "--cluster", "2", "--k", "3", "--centre", "mean", "--out", str(out)]
    assert main([*words, "--weights", ASKED]) == 0
    assert cv2.imread(str(out)).shape == (24, 40, 3)
    (made,) = [c for c in analyses.clusterings_of(db, run.id) if c.weights]
    np.testing.assert_array_equal(black_decoder[-1][0], analyses.division(db, made)["centres"][1])


def test_latents_are_exported_without_weights(db: Database, run: Run, tmp_path: Path) -> None:
    main(["cluster", run.id, "--k", "3", "--weights", ASKED])
    assert main(["export", run.id, "--latents", str(tmp_path / "l.npz")]) == 0
    with np.load(tmp_path / "l.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["latents"], results.latents(db, run.id))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["cluster", "--k", "3", "--weights", "colour=1"], "no block 'colour'"),
        (["cluster", "--k", "3", "--weights", "words=11"], "between 0 and 10"),
        (["cluster", "--k", "3", "--weights", "words"], "BLOCK=NUMBER"),
        (["project", "--weights", "appearance=0,content=0,words=0"], "All weights are 0"),
        (["export", "--clusters", "x.csv", "--weights", "words=2"], "goes with --k"),
    ],
)
def test_weights_that_cannot_be_are_one_line(
    db: Database,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main([words[0], run.id, *words[1:]])
    except SystemExit as ended:  # argparse's way out
        status = int(ended.code or 0)
    said = capsys.readouterr().err
    assert status != 0
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert all(c.weights == {} for c in analyses.clusterings_of(db, run.id))
    assert list(tmp_path.glob("*.csv")) == []


def test_a_run_of_one_block_has_no_weights(
    db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = make_run(db, (4, 5), latent=4, every_k=(), layouts=())
    assert main(["cluster", plain.id, "--k", "3", "--weights", "latent=2"]) != 0
    assert "nothing to weigh" in capsys.readouterr().err
    assert jobs.every(db) == []


def test_the_standard_clustering_is_one_without_weights(db: Database, run: Run) -> None:
    analyse.cluster(db, run.id, "kmeans", 8, 0, Progress(None), WEIGHTS)
    analyse.project(db, run.id, "pca", {"weights": WEIGHTS}, Progress(None))
    standard, by_weights = last_clustering(db, run.id), last_projection(db, run.id, WEIGHTS)
    assert standard is not None
    assert (standard.k, standard.weights) == (8, {})
    plain = last_projection(db, run.id)
    assert plain is not None and by_weights is not None
    assert (plain.settings, by_weights.settings) == ({}, {"weights": WEIGHTS})


def test_the_neighbours_of_a_click_are_by_the_weights_of_the_clusters(
    db: Database, run: Run
) -> None:
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    made = analyse.cluster(db, run.id, "kmeans", 3, 0, Progress(None), WEIGHTS)
    (plain,) = [c for c in analyses.clusterings_of(db, run.id) if c.k == 3 and not c.weights]
    points = weighted(results.latents(db, run.id), THREE_BLOCKS.blocks, WEIGHTS)
    apart = np.linalg.norm(points - points[10], axis=1)
    apart[10] = np.inf
    address = f"/api/runs/{run.id}/points/video1/1"

    def neighbours(query: str) -> list[int]:
        return [n["row"] for n in client.get(address + query).json()["neighbours"]]

    kept = results.neighbours(db, run.id)[10].tolist()
    assert neighbours(f"?clustering={made.id}") == apart.argsort(kind="stable")[:8].tolist() != kept
    assert neighbours(f"?clustering={plain.id}") == neighbours("") == kept
    sent = client.get(f"/api/runs/{run.id}/clusterings/{made.id}").json()
    assert sent["weights"] == WEIGHTS
