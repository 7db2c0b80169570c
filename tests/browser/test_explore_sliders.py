"""The weights' sliders in a real browser: moved, applied, and put back while a frame is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.analysis.weighting import nearest
from core.pipeline.division import analyse
from core.records import Run
from core.storage import Database, analyses, results
from core.storage.progress import Progress
from tests.synthetic import THREE_BLOCKS, make_run

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
WEIGHTS = {"appearance": 0.0, "words": 0.5}
ROW = 24 + 3  # of video1:3


@pytest.fixture
def run(db: Database, black_decoder: list) -> Run:
    """A run whose clusters and map by `WEIGHTS` are there, so that no job is waited for."""
    made = make_run(db, (24, 36), every_k=(8,), layouts=("pca",), model=THREE_BLOCKS)
    analyse.cluster(db, made.id, "kmeans", 8, 0, Progress(None), WEIGHTS)
    analyse.project(db, made.id, "pca", {"weights": WEIGHTS}, Progress(None))
    return made


def _wait_for_neighbours(page: Any, expected: list[str]) -> None:
    """Until these frames stand under "Nearest in the latent space", by their pictures."""
    page.wait_for_function(
        """expected => {
          const there = document.querySelectorAll(".vab-neighbours .vab-thumbnail img");
          const all = [...there].map(({ src }) => src);
          return String(all.map((src) => src.split("/api/videos/")[1])) === String(expected);
        }""",
        arg=expected,
    )


def _expected(db: Database, run: Run, weights: dict[str, float]) -> list[str]:
    latents, listed = results.latents(db, run.id), results.frames(db, run.id)
    rows = nearest(latents, ROW, THREE_BLOCKS.blocks, weights)
    return [f"{listed[row].video_id}/frames/{listed[row].index}.jpg" for row in rows]


def test_sliders_move_clusters_map_and_neighbours(
    page: Any, db: Database, run: Run, serve: Callable[[Path], str]
) -> None:
    ids = {bool(c.weights): c.id for c in analyses.clusterings_of(db, run.id)}
    page.goto(f"{serve(db.files.folder)}/explore?projection=pca&frame=video1:3")
    page.wait_for_selector(f".vab-explorer[data-ready*='{ids[False]}']")
    _wait_for_neighbours(page, _expected(db, run, {}))
    page.get_by_role("button", name="Weights").click()
    for name, steps in (("Appearance", 4), ("Words", 1)):
        slider = page.get_by_role("slider", name=name)
        slider.focus()
        for _ in range(steps):
            slider.press("ArrowLeft")
    assert "weights=" not in page.url  # not before they are applied
    with page.expect_response(lambda answer: ids[True] in answer.url and "/points/" in answer.url):
        page.get_by_role("button", name="Apply").click()
    page.wait_for_selector(f".vab-explorer[data-ready*='{ids[True]}']")
    page.wait_for_url(lambda address: "weights=appearance%3D0%2Cwords%3D0.5" in address)
    said = page.locator(".vab-clusters-head", has_text="weights: appearance 0, words 0.5")
    said.wait_for()
    expected = _expected(db, run, WEIGHTS)
    assert expected != _expected(db, run, {})
    _wait_for_neighbours(page, expected)
    page.get_by_role("button", name="Back to the default").click()
    page.wait_for_selector(f".vab-explorer[data-ready*='{ids[False]}']")
    page.wait_for_url(lambda address: "weights=" not in address)
