"""Projects: each has its own records, files, worker; copies and archives are whole or nothing."""

from __future__ import annotations

import asyncio
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core import jobs
from core.__main__ import main
from core.api import addresses, routes
from core.errors import Busy, InvalidSetting, NotFound
from core.jobs.new_project import begin
from core.jobs.reconcile import anything_due
from core.jobs.remove_project import remove_project
from core.jobs.turns import turn
from core.records import Run
from core.storage import Database, findings, open_library, project_copies, projects, runs, videos
from core.storage.database import migrate
from core.storage.files import Files, write_json
from core.storage.progress import Progress, read
from core.storage.project import FIRST, Project
from tests.synthetic import make_run


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))


def test_a_library_of_before_is_the_first_project(db: Database, run: Run, data: Path) -> None:
    first = db.files.project
    assert (first.home, first.id, first.folder) == (data, FIRST, data)
    assert projects.every(data) == [first]
    assert not (data / "projects").exists()


def test_nothing_of_one_project_is_in_another(db: Database, run: Run, data: Path) -> None:
    project = projects.make(data, "Wahl 2021: Köln")
    assert (project.id, project.name) == ("wahl-2021-koln", "Wahl 2021: Köln")
    other = open_library(project.folder)
    assert (videos.every(other), runs.every(other)) == ([], [])
    assert other.files.project == project
    assert other.files.jobs_db != db.files.jobs_db
    assert other.files.vectors == db.files.vectors  # downloaded once for all
    videos.add(other, videos.every(db)[0])
    assert len(videos.every(db)) == 2
    with pytest.raises(InvalidSetting):
        projects.make(data, "wahl 2021: köln")
    other.close()


def test_a_folder_called_projects_makes_no_project(tmp_path: Path) -> None:
    folder = tmp_path / "projects" / "mine"
    open_library(folder).close()
    assert Project.at(folder).first


def test_names_that_no_address_can_hold_get_an_id(db: Database, data: Path) -> None:
    assert [projects.make(data, name).id for name in ("新闻", "新聞")] == ["project", "project-2"]
    assert projects.named(data, "新聞").id == "project-2"
    with pytest.raises(NotFound):
        projects.named(data, "news")
    projects.rename(projects.named(data, "新聞"), "News")
    assert projects.named(data, "news").id == "project-2"


def _same(a: Database, b: Database) -> None:
    assert videos.every(a) == videos.every(b)
    assert runs.every(a) == runs.every(b)
    for part in ("videos", "runs", "findings"):
        one, other = (
            {p.relative_to(x.files.folder): p.read_bytes() for p in _below(x, part)} for x in (a, b)
        )
        assert one == other
        assert one


def _below(db: Database, part: str) -> list[Path]:
    return [path for path in (db.files.folder / part).rglob("*") if path.is_file()]


def test_a_copy_and_an_opened_archive_hold_the_same(
    db: Database, run: Run, data: Path, tmp_path: Path
) -> None:
    findings.write(db, "faulty", [], ["video0"])
    copied = open_library(project_copies.copy(db, "Copy", Progress(None)).folder)
    _same(db, copied)
    runs.delete(copied, run.id)
    assert runs.every(db) == [run]
    packed = tmp_path / "packed.zip"
    project_copies.archive(db, packed, Progress(None))
    elsewhere = tmp_path / "elsewhere"
    migrate(elsewhere).close()
    opened = open_library(project_copies.unpack(elsewhere, packed, "It", Progress(None)).folder)
    _same(db, opened)
    assert [one.name for one in projects.every(elsewhere)] == ["elsewhere", "It"]
    for library in (copied, opened):
        library.close()


@pytest.mark.parametrize("name", ["../out", "/out", "videos/../../out", "worker.lock", "runs\\x"])
def test_an_archive_writes_nowhere_else(
    data: Path, db: Database, tmp_path: Path, name: str
) -> None:
    packed = tmp_path / "packed.zip"
    project_copies.archive(db, packed, Progress(None))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(name, "here")
    with pytest.raises(InvalidSetting):
        project_copies.unpack(data, packed, "It", Progress(None))
    assert projects.every(data) == [Project(data)]
    assert not list(tmp_path.rglob("out"))


def test_a_damaged_archive_leaves_nothing(
    db: Database, run: Run, data: Path, tmp_path: Path
) -> None:
    packed, broken = tmp_path / "packed.zip", tmp_path / "broken.zip"
    project_copies.archive(db, packed, Progress(None))
    whole = packed.read_bytes()
    for cut in (len(whole) // 3, len(whole) // 2):
        broken.write_bytes(whole[:cut] + bytes(4000) + whole[cut + 4000 :])
        with pytest.raises(InvalidSetting):
            project_copies.unpack(data, broken, "It", Progress(None))
    for other in (b"no archive", json.dumps({}).encode()):
        broken.write_bytes(other)
        with pytest.raises(InvalidSetting):
            project_copies.unpack(data, broken, "It", Progress(None))
    assert not list((data / "projects").iterdir())


def test_a_project_with_jobs_is_not_removed(db: Database, run: Run, data: Path) -> None:
    project = project_copies.copy(db, "Copy", Progress(None))
    begin(project)
    other = open_library(project.folder)
    assert not anything_due(other)
    job_id = jobs.submit_clustering(other, run.id, "kmeans", 4)
    assert anything_due(other)
    assert jobs.live(db) == []  # the queue is the project's own
    with pytest.raises(Busy):
        remove_project(other)
    jobs.cancel(other, job_id)
    said = remove_project(other)
    assert said.startswith("Removed Copy.") and ("_jobs" in said) == db.shared
    assert projects.every(data) == [Project(data)]
    with pytest.raises(InvalidSetting):
        remove_project(db)


def test_an_answer_is_of_the_project_in_its_address(db: Database, run: Run, data: Path) -> None:
    project = projects.make(data, "Other")
    other = open_library(project.folder)
    opened = {FIRST: db, project.id: other}
    client = TestClient(Starlette(routes=routes(lambda wish: opened[wish])))
    path = "/videos/video0/frames/0.jpg"
    assert client.get(addresses.base(FIRST) + path).status_code == 200
    assert client.get(addresses.base(project.id) + path).status_code == 404
    other.close()


def test_commands_work_in_the_project_that_they_name(
    db: Database, run: Run, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = str(tmp_path / "packed.zip")
    for words in (["archive", FIRST, packed], ["open", packed, "Again"], ["new", "Empty"]):
        assert main(["projects", *words]) == 0
    capsys.readouterr()
    for name, found in (("again", 1), ("Empty", 0), (FIRST, 1)):
        assert main(["--project", name, "runs", "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)) == found
    assert main(["projects", "remove", "Again"]) == 1
    assert main(["projects", "remove", "Again", "--yes"]) == 0
    assert main(["runs", "--project", "Again"]) == 1


@pytest.mark.sqlite
def test_one_that_cannot_be_opened_is_listed_beside_the_others(
    db: Database, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = projects.make(data, "Moved")
    write_json(Files(project.folder).schema_name, {"schema": "affinity_elsewhere"})
    assert main(["projects", "--json"]) == 0
    said = capsys.readouterr()
    assert [(one["name"], one["videos"]) for one in json.loads(said.out)] == [
        (db.files.project.name, 0),
        ("Moved", None),
    ]
    assert "AFFINITY_DATABASE" in said.err


def test_projects_train_one_after_the_other(db: Database, data: Path) -> None:
    other = open_library(projects.make(data, "Other").folder)

    async def both() -> None:
        async with turn(db, "one", []):
            waits = asyncio.create_task(_taken(other, []))
            async with turn(other, "another-gpu", ["1", "0"]):
                shares = asyncio.create_task(_taken(db, ["0"]))
                await asyncio.sleep(0.05)
                assert not shares.done()
            await asyncio.wait_for(shares, 5)
            await asyncio.sleep(0.05)
            assert not waits.done()
            assert "another project" in read(other.files.progress("two"))["message"]
        await asyncio.wait_for(waits, 5)

    async def _taken(library: Database, gpus: list[str]) -> None:
        async with turn(library, "two", gpus):
            pass

    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a loop in the main one
        thread.submit(asyncio.run, both()).result()
    other.close()
