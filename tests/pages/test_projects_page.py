"""The projects' page and the side bar: made, opened, copied, archived, removed, each apart."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.jobs.new_project import begin
from core.records import Run
from core.storage import Database, open_library, project_copies, projects, runs
from core.storage.files import Files, write_json
from core.storage.progress import Progress
from core.storage.project import Project
from pages.parts.shell import library_access
from tests.pages.conftest import button, html, run, said
from tests.synthetic import make_run


@pytest.fixture
def made(db: Database) -> Run:
    return make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))


def test_pages_are_of_the_project_in_the_address(
    db: Database, made: Run, data: Path, open_page
) -> None:
    begin(projects.make(data, "Other"))
    assert "2 videos" in open_page("library").caption[0].value
    other = open_page("library", project="other")
    assert "add the videos" in other.markdown[0].value
    assert other.query_params["project"] == "other"
    assert "no project" in said(open_page("library", project="nothing"), "error")


def test_another_project_forgets_what_was_chosen(
    db: Database, made: Run, data: Path, open_page
) -> None:
    copied = project_copies.copy(db, "Other", Progress(None))
    begin(copied)
    page = open_page("explore", run=made.id)
    assert '"base": "/api"' in _map(page)
    page.session_state["frame"] = "video0:3"
    page.query_params["project"] = copied.id
    run(page)
    assert "frame" not in page.session_state
    assert '"base": "/api/projects/other"' in _map(page)


def _map(page: AppTest) -> str:
    """What the map is given."""
    return str(page.get("bidi_component")[0].proto.json)


def test_a_project_is_made_copied_archived_and_removed(
    db: Database, made: Run, data: Path, open_page
) -> None:
    page = open_page("projects")
    page.text_input(key="copy-name-first").set_value("Copy")
    button(page, "Copy").click()
    run(page)
    copied = projects.named(data, "Copy")
    assert runs.every(open_library(copied.folder)) == [made]
    page.button(key="archive-copy").click()
    run(page)
    (packed,) = Project(data).archives.glob("*.zip")
    assert f"archives/{packed.name}" in str(page.get("link_button")[0].proto)
    page.button(key="remove-copy").click()
    run(page)
    assert projects.every(data) == [Project(data)]
    page.button(key=f"open-{packed.name}").click()
    run(page)
    assert runs.every(open_library(projects.named(data, "Copy").folder)) == [made]
    assert "Copy" in html(page)


@pytest.mark.sqlite
def test_work_goes_on_beside_a_project_that_cannot_be_opened(
    db: Database, made: Run, data: Path, open_page
) -> None:
    last = project_copies.copy(db, "Z", Progress(None))
    with closing(open_library(last.folder)) as other:
        jobs.submit_clustering(other, made.id, "kmeans", 4)
    moved = projects.make(data, "Moved")
    write_json(Files(moved.folder).schema_name, {"schema": "affinity_elsewhere"})
    library_access.open_those_with_work()
    folders = {one.files.folder for one in library_access.libraries_in_use()}
    assert folders == {data, last.folder}
