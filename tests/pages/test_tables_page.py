"""The tables' page: empty, before the first tables, while they are made, and with a report."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core import jobs
from core.pipeline.tables.train_tables import make_tables
from core.storage import Database, open_library, runs
from core.storage.progress import Progress
from core.tables import store
from core.tables.wording import QUICK
from pages.parts.tables import making
from tests.pages.conftest import button, run, said
from tests.table_runs import NO_CAPTIONS, Trainer, library, small_presets

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def presets(monkeypatch: pytest.MonkeyPatch) -> None:
    small_presets(monkeypatch)
    monkeypatch.setattr(making, "gpus", lambda: [])


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with quick tables of two groups, one of which has no captions."""
    folder = tmp_path_factory.mktemp("tables")
    with pytest.MonkeyPatch.context() as patch, closing(open_library(folder)) as db:
        small_presets(patch)
        library(db)
        named = {"us": ["video0"], "cn": ["video1"]}
        make_tables(db, "quick", named, [], Progress(None), Trainer(without_captions=("cn",)))
    return folder


@pytest.fixture
def made(finished: Path, data: Path) -> Iterator[Database]:
    """A copy of it, which a test may change."""
    shutil.copytree(finished, data)
    with closing(open_library(data)) as db:
        yield db


def test_an_empty_library_leads_to_the_library(open_page) -> None:
    page = open_page("tables")
    assert "add videos with captions in the Library" in said(page, "info")
    assert not page.button


def test_before_the_first_tables_it_says_what_they_are_and_cost(open_page, db) -> None:
    library(db)
    page = open_page("tables")
    assert "about 20 minutes" in said(page, "info")
    assert QUICK in said(page, "info")
    assert "needs a GPU" in said(page, "info")


def test_a_click_makes_the_quick_tables_once(open_page, db) -> None:
    library(db)
    page = open_page("tables")
    button(page, "Make the quick tables").click()
    run(page)
    assert [(job.kind, job.subject) for job in jobs.every(db)] == [("tables", "quick")]
    assert button(page, "Make the quick tables").disabled
    button(page, "Cancel").click()
    run(page)
    run(page)
    assert [job.state for job in jobs.every(db)] == ["cancelled"]
    assert not button(page, "Make the quick tables").disabled


def test_the_full_tables_ask_back_without_a_gpu(open_page, db, monkeypatch) -> None:
    library(db)
    page = open_page("tables")
    assert "no GPU" in said(page, "markdown")
    button(page, "Make them on this CPU").click()
    run(page)
    assert [job.subject for job in jobs.every(db)] == ["full"]
    monkeypatch.setattr(making, "gpus", lambda: ["0"])
    assert not any(b.label == "Make them on this CPU" for b in open_page("tables").button)


def test_both_tables_are_shown_beside_the_published(made, open_page) -> None:
    page = open_page("tables")
    tables = said(page, "markdown")
    assert "| Pure CVAE | us | 5.832 | 2.000 | under (0.34 x) |" in tables
    assert "| LSTM + TF | us | 0.133 | 0.150 | 0.050 | 0.050 | 0.284 | 0.300 |" in tables
    assert "us: RNN + TF worst: yes; LSTM + TF best: yes" in tables
    assert f"LSTM + TF, cn: {NO_CAPTIONS}" in tables
    assert "1,234,567" in tables
    assert QUICK in said(page, "warning")
    assert page.subheader[0].value.startswith("Table 1 (first report)")
    assert len(page.get("plotly_chart")) == 4  # two comparisons, two of curves
    assert [b.proto.label for b in page.get("download_button")] == [
        "Markdown",
        "CSV",
        "All with figures (ZIP)",
    ]
    assert button(page, "Make the quick tables again")


def test_another_dataset_has_its_own_trainings(made, open_page) -> None:
    page = open_page("tables")
    pictures = [image.proto.imgs[0].caption for image in page.get("image")]
    assert len(pictures) == 3
    assert all("Pure CVAE" in caption for caption in pictures)
    assert len(page.selectbox[0].options) == 5
    page.segmented_control(key="tables-dataset").set_value("cn")
    run(page)
    assert page.selectbox[0].options == ["Pure CVAE", "Dense CVAE"]


def test_quick_and_full_are_chosen_by_address(made, open_page) -> None:
    make_tables(made, "full", {"us": ["video0"]}, ["pure-cvae"], Progress(None), Trainer())
    page = open_page("tables", of="full")
    assert not page.warning
    assert "Dense CVAE, us: not asked for" in said(page, "markdown")
    page.segmented_control(key="of").set_value("quick")
    run(page)
    assert QUICK in said(page, "warning")


def test_tables_outlive_their_videos(made, open_page) -> None:
    for one in runs.every(made):
        runs.delete(made, one.id)
    assert store.load(made, "quick") is not None
    page = open_page("tables")
    assert "| Pure CVAE | us | 5.832 | 2.000 | under (0.34 x) |" in said(page, "markdown")
