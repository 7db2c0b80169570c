"""The weights' sliders in a real browser: moved, applied, and put back while a frame is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.analysis.weighting import nearest
from core.pipeline import analyse
from core.records import Run
from core.storage import Database, analyses, results
from core.storage.progress import Progress
from tests.synthetic import THREE_BLOCKS, make_run

pytestmark = pytest.mark.browser
WEIGHTS = {"appearance": 0.0, "words": 0.5}
ROW = 24 + 3  # of video1:3


@pytest.fixture
def run(db: Database, black_decoder: list) -> Run:
    """A run whose clusters and map by `WEIGHTS` are there, so that no job is waited for."""
    made = make_run(db, (24, 36), every_k=(8,), layouts=("pca",), model=THREE_BLOCKS)
    analyse.cluster(db, made.id, "kmeans", 8, 0, Progress(None), WEIGHTS)
    analyse.project(db, made.id, "pca", {"weights": WEIGHTS}, Progress(None))
    return made


def _neighbours(page: Any) -> list[str]:
    """The frames that stand under "Nearest in the latent space", by their pictures."""
    sources = page.locator(".vab-thumbnail img").evaluate_all("all => all.map(i => i.src)")
    return [source.partition("/api/videos/")[2] for source in sources]


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
    page.wait_for_selector(".vab-panel[data-complete]")
    assert _neighbours(page) == _expected(db, run, {})
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
    assert "weights: appearance 0, words 0.5" in page.locator(".vab-clusters-head").inner_text()
    expected = _expected(db, run, WEIGHTS)
    assert expected != _expected(db, run, {})
    page.wait_for_function(
        "first => document.querySelector('.vab-thumbnail img').src.endsWith(first)",
        arg=expected[0],
    )
    assert _neighbours(page) == expected
    page.get_by_role("button", name="Back to the default").click()
    page.wait_for_selector(f".vab-explorer[data-ready*='{ids[False]}']")
    page.wait_for_url(lambda address: "weights=" not in address)
