"""Who may do what on a team's server, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import jobs
from core.__main__ import main
from core.errors import InvalidSetting, NotAllowed, NotFound, StorageFailed
from core.jobs.remove_project import remove_project
from core.records import FrameId
from core.storage import Database, acting, acts, changes, looked_at, people, runs, videos
from core.storage.acting import Person, Role
from core.storage.annotations import link_texts, tags
from tests.synthetic import make_run

Become = Callable[[Role], None]


@pytest.fixture
def become() -> Iterator[Become]:
    """become(role) is to be signed in with it as ada."""

    def signed_in(role: Role) -> None:
        acting.told_by(lambda: Person("ada", role))

    yield signed_in
    acting.told_by(None)


def _acts(db: Database) -> list[tuple[str, str, str]]:
    with db.read() as connection:
        return [(one.who, one.did, one.subject) for one in acts.newest(connection, 100)]


def test_people_are_listed_by_name_in_any_case(tmp_path: Path) -> None:
    assert people.every(tmp_path) == []
    people.put(tmp_path, " Ada@Example.org ", "analyst")
    people.put(tmp_path, "bo@example.org", "reader")
    people.put(tmp_path, "BO@example.org", "owner")
    assert people.every(tmp_path) == [
        Person("ada@example.org", "analyst"),
        Person("bo@example.org", "owner"),
    ]
    assert people.of_name(tmp_path, "ADA@example.org") == Person("ada@example.org", "analyst")
    people.remove(tmp_path, "ada@EXAMPLE.org")
    assert people.of_name(tmp_path, "ada@example.org") is None
    with pytest.raises(NotFound, match="ada@example"):
        people.remove(tmp_path, "ada@example.org")
    with pytest.raises(InvalidSetting, match="reader, analyst, owner"):
        people.put(tmp_path, "cy", "admin")


@pytest.mark.parametrize("damage", ["{", "[]", '{"ada": "admin"}', '{"ada": ["owner"]}'])
def test_a_damaged_list_lets_nobody_in(tmp_path: Path, damage: str) -> None:
    (tmp_path / "people.json").write_text(damage)
    with pytest.raises(StorageFailed, match=r"people\.json"):
        people.of_name(tmp_path, "ada")


def test_a_reader_reads_and_changes_nothing(db: Database, become: Become) -> None:
    run = make_run(db, (4, 4), every_k=(2,), layouts=())
    become("reader")
    video = run.video_ids[0]
    for change in (
        lambda: tags.add(db, "odd", [FrameId(video, 0)]),
        lambda: videos.update(db, video, title="Other"),
        lambda: videos.delete(db, video),
        lambda: runs.delete(db, run.id),
        lambda: jobs.submit_ingest(db, video),
        lambda: jobs.submit_run(db, run.id),
    ):
        with pytest.raises(NotAllowed, match="ada is here as reader"):
            change()
    assert videos.get(db, video).title != "Other"
    looked_at.note(db, "division", {"run": run.id})
    assert link_texts.get(db, link_texts.keep(db, "a long list")) == "a long list"
    assert _acts(db) == []
    assert jobs.live(db) == []


def test_what_an_analyst_does_is_kept_with_the_name(db: Database, become: Become) -> None:
    run = make_run(db, (4, 4), every_k=(2,), layouts=())
    assert _acts(db) == []  # of the machine's owner nothing is
    become("analyst")
    video = run.video_ids[0]
    tags.add(db, "odd", [FrameId(video, 0), FrameId(video, 1)])
    videos.update(db, video, title="Other")
    with db.write() as connection:
        changes.note(connection, "said")
    assert _acts(db) == [
        ("ada", "added changes", ""),
        ("ada", "changed videos", video),
        ("ada", "added frame tags", video),
    ]
    assert changes.every(db)[0].who == "ada"
    for change in (lambda: videos.delete(db, video), lambda: runs.delete(db, run.id)):
        with pytest.raises(NotAllowed, match="an owner may"):
            change()
    with pytest.raises(NotAllowed, match="remove a project"):
        remove_project(db)
    become("owner")
    runs.delete(db, run.id)
    assert _acts(db)[0] == ("ada", "removed runs", run.id)


def test_what_fails_is_no_act(db: Database, become: Become) -> None:
    become("analyst")
    with pytest.raises(RuntimeError), db.write() as connection:
        changes.note(connection, "said")
        raise RuntimeError
    assert _acts(db) == []


def test_a_job_is_asked_for_by_somebody(db: Database, become: Become) -> None:
    run = make_run(db, (4, 4), every_k=(2,), layouts=())
    become("reader")
    jobs.submit_clustering(db, run.id, "kmeans", 3)  # changes nothing that people made
    (job,) = jobs.live(db)
    assert _acts(db) == [("ada", f"asked for cluster: {job.title}", run.id)]
    with pytest.raises(NotAllowed, match="cancel a job"):
        jobs.cancel(db, job.id)


def test_the_commands(db: Database, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["people", "add", "Ada", "reader"]) == 0
    assert main(["people"]) == 0
    assert capsys.readouterr().out.split() == ["name", "role", "ada", "reader"]
    with db.write() as connection:
        acts.note(connection, "ada", [("added tags", "abc")])
    assert main(["people", "acts", "--csv", str(tmp_path / "acts.csv")]) == 0
    assert (
        (tmp_path / "acts.csv")
        .read_text("utf-8-sig")
        .splitlines()[1]
        .endswith(",ada,added tags,abc")
    )
    assert main(["people", "remove", "ada"]) == 0
    assert main(["people", "add", "Ada"]) == 1
    assert "people add NAME ROLE" in capsys.readouterr().err
