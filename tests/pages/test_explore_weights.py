"""The weights of a latent's blocks on Explore: sliders, what is asked for, and the address."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import get
from core.pipeline.division import analyse
from core.records import Run
from core.storage import Database, analyses
from core.storage.progress import Progress
from tests.pages.conftest import Open, button, said
from tests.pages.conftest import run as again
from tests.synthetic import THREE_BLOCKS, make_run

NAMES = ["Appearance", "Content", "Words"]
NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (10, 14), every_k=(8,), layouts=("pca",), model=THREE_BLOCKS)


def _sliders(page: AppTest) -> dict[str, float]:
    return {s.label: s.value for s in page.select_slider}


def _asked(page: AppTest) -> list[str]:
    return list(page.session_state["asked-jobs"].values())


def test_a_latent_of_one_block_has_no_weights(db: Database, open_page: Open) -> None:
    make_run(db, (10, 14), latent=6, every_k=(8,), layouts=("pca",))
    page = open_page("explore", projection="pca", weights="content=2")
    assert _sliders(page) == {}
    assert "asked-jobs" not in page.session_state


def test_sliders_begin_with_the_default_and_ask_for_nothing(run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca")
    assert _sliders(page) == dict.fromkeys(NAMES, 1.0)
    assert "asked-jobs" not in page.session_state
    assert all(s.help for s in page.select_slider)


def test_moved_sliders_wait_for_apply(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca")
    page.select_slider(key="weight-appearance").set_value(0.0)
    page.select_slider(key="weight-content").set_value(2.0)
    shown = page.session_state["shown-map"], page.session_state["shown-clusters"]
    button(page, "Apply").click()
    again(page)
    assert page.query_params["weights"] == "appearance=0,content=2"
    jobs = [get(db, job_id) for job_id in _asked(page)]
    assert sorted(job.kind for job in jobs) == ["cluster", "project"]
    weights = {"appearance": 0.0, "content": 2.0}
    assert analyses.clustering_id(run.id, "kmeans", 8, 0, weights) in " ".join(_asked(page))
    # until they are there, what was shown stays
    assert (page.session_state["shown-map"], page.session_state["shown-clusters"]) == shown
    again(page)
    assert len(_asked(page)) == 2


def test_what_is_there_by_the_addresses_weights_is_shown(
    db: Database, run: Run, black_decoder: list[np.ndarray], open_page: Open
) -> None:
    weights = {"content": 3.0, "words": 0.0}
    divided = analyse.cluster(db, run.id, "kmeans", 8, 0, NOBODY, weights)
    placed = analyse.project(db, run.id, "pca", {"weights": weights}, NOBODY)
    page = open_page("explore", projection="pca", weights="words=0, content=3")
    assert _sliders(page) == {"Appearance": 1.0, "Content": 3.0, "Words": 0.0}
    assert page.session_state["shown-clusters"] == divided.id
    assert page.session_state["shown-map"] == placed.id
    assert "asked-jobs" not in page.session_state


def test_back_to_the_default(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca", weights="words=0")
    assert _sliders(page)["Words"] == 0.0
    button(page, "Back to the default").click()
    again(page)
    assert _sliders(page) == dict.fromkeys(NAMES, 1.0)
    assert "weights" not in page.query_params
    known = {c.id for c in analyses.clusterings_of(db, run.id)}
    assert page.session_state["shown-clusters"] in known


def test_moved_sliders_go_back_before_they_were_applied(run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca")
    page.select_slider(key="weight-words").set_value(4.0)
    button(page, "Back to the default").click()
    again(page)
    assert _sliders(page) == dict.fromkeys(NAMES, 1.0)


def test_all_at_0_is_said_and_not_applied(run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca")
    for slider in page.select_slider:
        slider.set_value(0.0)
    button(page, "Apply").click()
    again(page)
    assert "All weights are 0" in said(page, "warning")
    assert "weights" not in page.query_params
    assert "asked-jobs" not in page.session_state


@pytest.mark.parametrize("text", ["<script>", "content=1e309", "colour=2", "words=-1", "words=nan"])
def test_a_senseless_address_is_passed_over(run: Run, open_page: Open, text: str) -> None:
    page = open_page("explore", projection="pca", weights=text)
    assert _sliders(page) == dict.fromkeys(NAMES, 1.0)
    assert "weights" not in page.query_params
