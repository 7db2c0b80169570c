"""Records in PostgreSQL: the same tables, one writer at a time, and no late attempt publishes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.__main__ import main
from core.errors import (
    DatabaseUnreachable,
    InvalidSetting,
    StorageFailed,
    Superseded,
    TablesBehind,
)
from core.records import Clustering, Frame, Run, Video
from core.storage import (
    Database,
    analyses,
    fence,
    files,
    job_progress,
    lease,
    open_library,
    progress,
    runs,
    videos,
    workers,
)
from core.storage.files import write_json
from core.storage.schema import metadata
from tests import on_postgres

pytestmark = pytest.mark.postgres
VIDEO = Video("abc", "A", "g", "upload", "a.mp4", "en")


@pytest.fixture
def unguarded() -> Iterator[None]:
    """The guard of this process's files, and the attempts that it makes, end with the test."""
    yield
    files._allowed.clear()
    os.environ.pop(fence.VARIABLE, None)


def begin(db: Database, work: str) -> int:
    with db.write() as connection:
        return fence.begin(connection, work)


def test_the_migrations_make_the_tables_that_the_queries_expect(db: Database) -> None:
    with db.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        seeds = sa.text(
            "SELECT data_type FROM information_schema.columns WHERE column_name = 'seed'"
            f" AND table_schema = '{on_postgres.SCHEMA}'"
        )
        assert set(connection.execute(seeds).scalars()) == {"bigint"}


def test_a_seed_of_32_bits_is_kept(db: Database) -> None:
    runs.add(db, Run("r", "R", "pca", "fast", "done", ("abc",), {}))
    analyses.add_clustering(db, Clustering("c", "r", "kmeans", 3, 2**32 - 1))
    assert analyses.clustering(db, "c").seed == 2**32 - 1


@pytest.mark.parametrize(
    "bad", [{"title": "a\0b"}, {"frames": 2**40}, {"title": "half \ud800"}], ids=str
)
def test_what_it_cannot_hold_is_refused_and_changes_nothing(db: Database, bad: dict) -> None:
    videos.add(db, VIDEO)
    with pytest.raises(InvalidSetting, match="cannot be kept"):
        videos.update(db, "abc", **bad)
    assert videos.get(db, "abc") == VIDEO


def test_of_many_that_add_the_same_at_once_one_does(db: Database) -> None:
    run = Run("r", "R", "pca", "fast", "done", ("abc",), {})
    before = db.written()
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: runs.add(db, run), range(8)))
    assert sorted(added) == [False] * 7 + [True]
    assert db.written() != before
    assert db.written() == db.written()


def test_a_reader_sees_one_moment(db: Database) -> None:
    count = sa.text("SELECT count(*) FROM videos")
    with db.read() as connection:
        assert connection.execute(count).scalar() == 0
        videos.add(db, VIDEO)
        assert connection.execute(count).scalar() == 0
    with db.read() as connection:
        assert connection.execute(count).scalar() == 1


def test_a_folder_without_tables_names_the_command_that_makes_them(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    assert main(["videos", "--data", str(folder)]) == 1
    assert "python -m core migrate" in capsys.readouterr().err
    for _ in range(2):
        assert main(["migrate", "--data", str(folder)]) == 0
    assert main(["videos", "--data", str(folder), "--json"]) == 0
    assert capsys.readouterr().out.strip() == "[]"


@pytest.mark.parametrize(("version", "remedy"), [("0018", "migrate"), ("9999", "update")])
def test_tables_of_another_version_are_left_alone(
    db: Database, data: Path, version: str, remedy: str
) -> None:
    ours = "SELECT version_num FROM alembic_version"
    with db.write() as connection:
        known = connection.exec_driver_sql(ours).scalar()
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    try:
        with pytest.raises(TablesBehind, match=remedy):
            open_library(data)
    finally:
        with db.write() as connection:
            assert connection.exec_driver_sql(ours).scalar() == version
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{known}'")


def test_its_records_are_not_looked_for_in_a_file(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFFINITY_DATABASE")
    with pytest.raises(StorageFailed, match="AFFINITY_DATABASE"):
        open_library(data)
    assert not (data / "library.db").exists()


def test_a_library_of_files_is_not_given_other_records(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as alone:
        alone.delenv("AFFINITY_DATABASE")
        open_library(tmp_path / "files").close()
    assert main(["migrate", "--data", str(tmp_path / "files")]) == 1
    assert "library.db" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["mysql://x:secret@h/d", "postgresql://h:1", "nonsense"])
def test_an_address_that_is_none_is_said_without_its_password(
    data: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("AFFINITY_DATABASE", address)
    with pytest.raises(InvalidSetting, match="postgresql://USER") as said:
        open_library(data)
    assert "secret" not in str(said.value)


def test_a_server_that_does_not_answer_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFINITY_DATABASE", "postgresql://x:secret@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnreachable, match="cannot be reached") as said:
        open_library(data)
    assert "secret" not in str(said.value)


def test_a_connection_that_was_cut_is_made_again(db: Database) -> None:
    videos.add(db, VIDEO)
    with psycopg.connect(os.environ["AFFINITY_DATABASE"], autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert videos.get(db, "abc") == VIDEO


def test_a_late_attempt_publishes_neither_rows_nor_files(
    db: Database, data: Path, monkeypatch: pytest.MonkeyPatch, unguarded: None
) -> None:
    videos.add(db, VIDEO)
    first = begin(db, "ingest-abc")
    monkeypatch.setenv(fence.VARIABLE, fence.held("ingest-abc", first))
    late = open_library(data)
    videos.update(late, "abc", message="mine")
    write_json(data / "a.json", 1)
    with monkeypatch.context() as other:
        other.delenv(fence.VARIABLE)
        assert begin(db, "ingest-abc") == first + 1
        begin(db, "ingest-abcd")  # another work is no reason to end
    with pytest.raises(Superseded):
        videos.update(late, "abc", message="late")
    with pytest.raises(Superseded):
        write_json(data / "a.json", 2)
    with pytest.raises(Superseded):
        videos.finish_ingest(late, "abc", [Frame("abc", 0, 0.0, "0.jpg")], [])
    assert videos.frames_of(db, "abc") == []
    assert files.read_json(data / "a.json") == 1
    assert videos.get(late, "abc").message == "mine"

    late.close()


def test_a_lease_ends_with_the_worker_s_beats_and_with_the_next_attempt(
    db: Database, monkeypatch: pytest.MonkeyPatch, unguarded: None
) -> None:
    assert not lease.holds(db, "w")
    me = workers.WorkerState("w", "host", 1, ("ingest",), "1", "", 2, 2**40)
    with db.aside() as connection:
        workers.beat(connection, me)
    assert [one.name for one in workers.alive(db)] == ["w"]
    assert workers.listens(db, "ingest") and not workers.listens(db, "train-gpu")
    monkeypatch.setenv(fence.VARIABLE, fence.held("a", begin(db, "a")))
    assert lease.holds(db, "w")
    begin(db, "b")
    assert lease.holds(db, "w")
    with db.aside() as connection:
        connection.execute(sa.text("UPDATE workers SET beat_at = beat_at - 25"))
    assert not lease.holds(db, "w") and not workers.alive(db)
    with db.aside() as connection:
        workers.beat(connection, me)
        fence.begin(connection, "a")
    assert not lease.holds(db, "w")


def test_progress_in_rows_is_as_old_as_it_was_said(db: Database) -> None:
    now = time.time()
    said = {"fraction": 0.5, "message": "x", "at": now - 3}
    write_json(db.files.progress("j"), said)
    job_progress.put(db, "j")
    found = job_progress.of(db, ["j", "other"])
    assert found["other"] == {} and found["j"]["fraction"] == 0.5
    assert found["j"]["at"] == pytest.approx(now - 3, abs=1.0)
    progress.Progress(db.files.progress("j")).fail("Why.")
    job_progress.put(db, "j")
    assert job_progress.of(db, ["j"])["j"]["error"] == "Why."


def test_beats_do_not_wait_for_a_write(db: Database) -> None:
    me = workers.WorkerState("w", "host", 1, ("ingest",), "1", "", 2, 1)
    done = threading.Event()

    def beat() -> None:
        with db.aside() as connection:
            workers.beat(connection, me)
        done.set()

    with db.write():
        threading.Thread(target=beat).start()
        assert done.wait(10)
