"""Two maps side by side: what can stand beside the first, and what travels to the browser."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.records import Run
from core.storage import Database, analyses
from tests.pages.conftest import Open
from tests.pages.conftest import run as again
from tests.synthetic import make_run


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (10, 14), latent=6, every_k=(3,), layouts=("pca", "tsne"))


def select(page: AppTest, label: str):
    (found,) = [one for one in page.selectbox if one.label == label]
    return found


def map_data(page: AppTest) -> dict:
    """What the map's component is given."""
    (found,) = [
        json.loads(one.proto.json)
        for one in page.get("bidi_component")
        if one.proto.component_name.endswith("affinity_explorer")
    ]
    return found


def test_a_map_of_the_same_run_stands_beside_the_first(
    db: Database, run: Run, open_page: Open
) -> None:
    page = open_page("explore", projection="pca", k="3")
    assert map_data(page)["beside"] is None
    assert {"None", "PCA", "t-SNE", "UMAP"} <= set(select(page, "Second map").options)
    layout = next(one for one in analyses.projections_of(db, run.id) if one.method == "tsne")
    select(page, "Second map").set_value(f"{run.id}:{layout.id}")
    again(page)
    select(page, "On the second show").set_value("cn")
    again(page)
    beside = map_data(page)["beside"]
    assert (beside["projection"], beside["run"]["id"]) == (layout.id, run.id)
    assert (map_data(page)["title"], beside["title"]) == ("PCA", "t-SNE: cn only")
    assert (map_data(page)["only"], beside["only"]) == ("", "cn")
    assert page.query_params["beside"] == f"{run.id}:{layout.id}"
    assert page.query_params["beside-only"] == "cn"


def test_a_link_opens_both_and_a_strange_one_the_first_alone(
    db: Database, run: Run, open_page: Open
) -> None:
    layout = analyses.projections_of(db, run.id)[0]
    page = open_page("explore", projection="pca", k="3", beside=f"{run.id}:{layout.id}", only="us")
    assert map_data(page)["only"] == "us" and map_data(page)["beside"]["only"] == ""
    page = open_page("explore", projection="pca", k="3", beside="gone:nothing")
    assert map_data(page)["beside"] is None and "beside" not in page.query_params


def test_a_layout_that_is_not_there_is_asked_for(
    run: Run, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("core.jobs.submit_projection", lambda *given: asked.append(given) or "job")
    monkeypatch.setattr("pages.parts.shared.job_progress._followed", lambda *_: None)
    key = f"{run.id}:{analyses.projection_id(run.id, 'umap', {})}"
    page = open_page("explore", projection="pca", k="3", beside=key)
    assert [given[1:] for given in asked] == [(run.id, "umap", {})]
    assert map_data(page)["beside"] is None
