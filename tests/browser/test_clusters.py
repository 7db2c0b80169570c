"""The cluster cards and the comparison of every k, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.pipeline.division.cluster_facts import facts
from core.pipeline.division.sweep import make_sweep
from core.records import Clustering, Run
from core.storage import Database, analyses, open_library, results
from core.storage.files import save_array
from core.storage.progress import Progress
from tests.browser.conftest import KEEPS_CLOCKS
from tests.synthetic import add_clustering, make_run

pytestmark = pytest.mark.browser
_FILLS_ITS_PLACE = """() => {
  const plot = document.querySelector(".st-key-sweep-quality .js-plotly-plot");
  const wide = (one) => one?.getBoundingClientRect().width;
  return Math.abs(wide(plot?.querySelector(".main-svg")) - wide(plot)) < 1;
}"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = open_library(tmp_path_factory.mktemp("clusters") / "data")
    yield db
    db.close()


@pytest.fixture(scope="module")
def made(library: Database) -> tuple[Run, Clustering]:
    run = make_run(library, (24, 30), latent=8, every_k=(2, 3, 4, 5, 6, 8), layouts=("pca",))
    make_sweep(library, run.id, Progress(None))
    latents = results.latents(library, run.id)
    latents[[3, 20, 40]] += 60 * np.eye(8, dtype=np.float32)[[1, 3, 5]]  # like no others
    save_array(library.files.run(run.id) / "latents.npy", latents)
    return run, add_clustering(library, run, 0, "hdbscan", smallest=5)


@pytest.fixture
def address(library: Database, made: object, serve: Callable[[Path], str]) -> str:
    return serve(library.files.folder) + "/explore?projection=pca"


def _open(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".vab-cluster .vab-times span")


def test_a_card_says_words_and_time_as_text(
    page: Any, address: str, library: Database, made: tuple[Run, Clustering]
) -> None:
    _open(page, f"{address}&k=4")
    four = next(c for c in analyses.clusterings_of(library, made[0].id) if c.k == 4)
    for one in facts(library, four).clusters:
        card = page.locator(f'.vab-cluster[data-number="{one.number}"]')
        shown = [mark.split(" ")[0] for mark in card.locator(".vab-mark").all_inner_texts()]
        assert shown == [mark.word for mark in one.words]
        assert card.locator(".vab-near img").count() == min(5, len(one.nearest) - 1)
        assert one.time is not None
        said = card.locator(".vab-times").inner_text()
        assert ("Only a stretch of time" in said) is one.time.only_a_stretch
        assert (card.get_by_text("robust", exact=True).count() == 1) is bool(one.robust)
    assert page.locator(".vab-cluster b").count() == 0  # a title holds markup, which stays text


@pytest.mark.thorough
def test_frames_in_no_cluster_are_listed_and_open(
    page: Any, address: str, library: Database, made: tuple[Run, Clustering]
) -> None:
    outside = facts(library, made[1]).outside
    assert len(outside) >= 3
    _open(page, f"{address}&method=hdbscan")
    page.locator(".vab-between summary").click()
    frames = page.locator(".vab-between-list button")
    assert frames.count() == len(outside)
    frames.first.click()
    page.wait_for_url("**frame=*")
    page.get_by_text("In no cluster", exact=True).first.wait_for()


def test_a_click_on_a_k_divides_by_it_whatever_the_clock_strikes(page: Any, address: str) -> None:
    page.add_init_script(KEEPS_CLOCKS)
    _open(page, f"{address}&k=4")
    page.get_by_text("Every k compared").click()
    plot = page.locator(".st-key-sweep-quality")
    plot.scroll_into_view_if_needed()
    page.wait_for_function(_FILLS_ITS_PLACE)  # it grows with its expander
    plot.locator(".js-plotly-plot").evaluate(  # after the click, before its message leaves
        "(plot) => plot.on('plotly_selected', () => window.clocks[1500]())"
    )
    point = plot.locator(".scatterlayer .point").nth(1)  # of k = 2, 3, 4 ...
    x, y = map(float, re.findall(r"[\d.]+", point.get_attribute("transform")))
    plot.locator(".nsewdrag").click(position={"x": x, "y": y})  # takes the point's clicks
    page.wait_for_url("**k=3*")
    page.wait_for_function("document.querySelectorAll('.vab-cluster').length === 3")
