"""The comparison of every k on Explore: asked for, in progress, shown, and applied."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.pipeline.division.sweep import make_sweep
from core.records import Run
from core.storage import Database
from core.storage.progress import Progress
from tests.pages.conftest import Open, button
from tests.pages.conftest import run as run_again
from tests.synthetic import make_run

pytestmark = pytest.mark.slow


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (12, 16), latent=6, every_k=(2, 3, 8), layouts=("pca",))


def _said(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown).replace("\\", "")


def test_it_is_asked_for_once_and_then_in_progress(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca")
    assert "2 to 20 clusters" in _said(page)
    button(page, "Compare every k").click()
    run_again(page)
    (job,) = [job for job in jobs.of_subject(db, run.id) if job.kind == "sweep"]
    assert job.state == "queued"
    assert not [b for b in page.button if b.label == "Compare every k"]
    assert button(page, "Cancel").key == f"cancel-{job.id}"


def test_a_sweep_that_is_there_is_shown_with_its_suggestion(
    db: Database, run: Run, open_page: Open
) -> None:
    make_sweep(db, run.id, Progress(None))
    page = open_page("explore", projection="pca")
    assert "**Suggested:**" in _said(page)
    use = next(b for b in page.button if b.key == "use-suggested")
    k = int(use.label.split()[1])
    use.click()
    run_again(page)
    assert page.slider(key="k").value == k
    assert next(b for b in page.button if b.key == "use-suggested").disabled


def test_from_hdbscan_it_goes_back_to_k_means(db: Database, run: Run, open_page: Open) -> None:
    make_sweep(db, run.id, Progress(None))
    page = open_page("explore", projection="pca", method="hdbscan")
    use = next(b for b in page.button if b.key == "use-suggested")
    use.click()
    run_again(page)
    assert page.selectbox(key="method").value == "kmeans"
    assert page.slider(key="k").value == int(use.label.split()[1])


def test_each_method_has_its_own_number(db: Database, run: Run, open_page: Open) -> None:
    page = open_page("explore", projection="pca", method="gmm")
    assert page.slider(key="components").value == 12
    page.selectbox(key="method").set_value("hdbscan")
    run_again(page)
    assert page.slider(key="smallest").value == 5
    assert page.query_params["method"] == "hdbscan"
    page.selectbox(key="method").set_value("kmeans")
    run_again(page)
    assert page.slider(key="k").value == 8
