"""Compare with what other pages bring: weights, names carried over, frames in no cluster, views."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import get
from core.pipeline.division import analyse
from core.records import Clustering, Run
from core.storage import Database, analyses
from core.storage.annotations import cluster_marks, views
from core.storage.progress import Progress
from tests.kept_comparison import stored
from tests.left_out import leave_out
from tests.pages.conftest import Open, button, said
from tests.pages.conftest import run as again
from tests.synthetic import THREE_BLOCKS, make_run

pytestmark = pytest.mark.slow

NOBODY = Progress(None)
WEIGHTS = {"content": 3.0, "words": 0.0}
ADDRESS = "content=3,words=0"


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (10, 14), every_k=(3, 8), layouts=("pca",), model=THREE_BLOCKS)


@pytest.fixture
def weighed(db: Database, run: Run, black_decoder: list[np.ndarray]) -> Clustering:
    return analyse.cluster(db, run.id, "kmeans", 8, 0, NOBODY, WEIGHTS)


def _sizes(page: AppTest) -> list[int]:
    return page.dataframe[0].value["frames"].tolist()


def _frames(db: Database, clustering: Clustering) -> list[int]:
    return np.bincount(analyses.division(db, clustering)["labels"]).tolist()


def test_the_addresses_weights_choose_the_clusters(
    db: Database, run: Run, weighed: Clustering, open_page: Open
) -> None:
    plain = next(c for c in analyses.clusterings_of(db, run.id) if c.k == 8 and not c.weights)
    page = open_page("compare", weights=ADDRESS)
    assert _sizes(page) == _frames(db, weighed)
    assert stored(db, plain) is None
    assert "Weights of this map: 1 for all; of the clusters: content=3,words=0." in said(
        page, "caption"
    )
    analyse.project(db, run.id, "pca", {"weights": WEIGHTS}, NOBODY)
    assert "Weights of this map" not in said(again(page), "caption")
    page = open_page("compare")
    assert _sizes(page) == _frames(db, plain)
    assert "Weights of this map" not in said(page, "caption")


def test_weights_without_clusters_are_asked_for(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("compare", weights=ADDRESS)
    wanted = analyses.clustering_id(run.id, "kmeans", 8, 0, WEIGHTS)
    job_id = page.session_state["asked-jobs"][wanted]
    assert get(db, job_id).kind == "cluster"
    assert wanted in job_id
    assert len(_sizes(page)) in (3, 8)  # what there is stays until then


def test_names_come_over_from_other_clusterings_and_weights(
    db: Database, run: Run, weighed: Clustering, open_page: Open
) -> None:
    plain = next(c for c in analyses.clusterings_of(db, run.id) if c.k == 8 and not c.weights)
    for number in range(1, 9):
        cluster_marks.mark(db, plain.id, number, name=f"scene {number}")
    page = open_page("compare", weights=ADDRESS)
    old, new = (analyses.division(db, one)["labels"] for one in (plain, weighed))
    shown = page.dataframe[0].value
    named = {row["cluster"]: row["name"] for row in shown.to_dict("records") if row["name"]}
    assert named  # otherwise this test shows nothing
    for number, name in named.items():
        of_old, of_new = old == int(name.removeprefix("scene ")) - 1, new == number - 1
        assert (of_old & of_new).sum() >= 0.5 * (of_old | of_new).sum()
    assert {m.carried_from for m in cluster_marks.marks(db, weighed.id).values()} == {plain.id}


def test_frames_in_no_cluster_are_left_out_and_that_is_said(
    db: Database, run: Run, open_page: Open
) -> None:
    plain = next(c for c in analyses.clusterings_of(db, run.id) if c.k == 8)
    leave_out(db, plain, [0, 1, 10])
    page = open_page("compare")
    assert (
        "3 of 24 frames are in no cluster and left out of every figure (us 2 of 10, cn 1 of 14)"
        in (said(page, "caption"))
    )
    assert sum(_sizes(page)) == 21
    leave_out(db, plain, range(24))
    page = open_page("compare")
    assert "No frame is in a cluster here" in said(page, "error")
    assert not page.dataframe


def test_a_saved_view_keeps_the_weights(
    db: Database, run: Run, weighed: Clustering, open_page: Open
) -> None:
    page = open_page("explore", projection="pca", weights=ADDRESS)
    next(f for f in page.text_input if f.label == "Name of this view").set_value("by content")
    button(page, "Save view").click()
    again(page)
    assert views.load(db, "by content").choices["weights"] == ADDRESS
    page = open_page("explore", projection="pca")
    assert page.session_state["shown-clusters"] != weighed.id
    button(page, "Open").click()
    again(page)
    assert page.session_state["shown-clusters"] == weighed.id
    assert page.select_slider(key="weight-content").value == 3.0
    button(page, "Back to the default").click()
    again(page)
    assert page.session_state["shown-clusters"] != weighed.id
    button(page, "Open").click()  # a slider that was moved does not stand in the way
    again(page)
    assert page.session_state["shown-clusters"] == weighed.id


def test_a_view_without_weights_opens_without(
    db: Database, run: Run, weighed: Clustering, open_page: Open
) -> None:
    page = open_page("explore", projection="pca")
    plain = page.session_state["shown-clusters"]
    next(f for f in page.text_input if f.label == "Name of this view").set_value("as usual")
    button(page, "Save view").click()
    again(page)
    page = open_page("explore", projection="pca", weights=ADDRESS)
    assert page.session_state["shown-clusters"] == weighed.id
    button(page, "Open").click()
    again(page)
    assert page.session_state["shown-clusters"] == plain
    assert page.select_slider(key="weight-content").value == 1.0
