"""The library: what is written is read, what is wrong is said, and nothing is half there."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from core.errors import Busy, LibraryDamaged, NotFound, StorageFailed
from core.records import Caption, Clustering, Frame, Run, Video
from core.storage import (
    Database,
    analyses,
    captions,
    database,
    files,
    open_library,
    runs,
    videos,
)

VIDEO = Video("abc", "Title", "us", "upload", "x.mp4", "en")


def test_an_ingest_is_recorded_at_once_and_may_be_repeated(db: Database) -> None:
    videos.add(db, VIDEO)
    for _ in range(2):
        videos.finish_ingest(
            db, "abc", [Frame("abc", 0, 0.0, "0.jpg")], [Caption("abc", 0, 0, 2, "hi")], width=640
        )
    video = videos.get(db, "abc")
    assert (video.frames, video.captions, video.state, video.width) == (1, 1, "ready", 640)
    assert videos.frames_of(db, "abc") == [Frame("abc", 0, 0.0, "0.jpg")]


def test_an_ingest_of_a_deleted_video_leaves_nothing(db: Database) -> None:
    with pytest.raises((NotFound, sa.exc.IntegrityError)):
        videos.finish_ingest(db, "abc", [Frame("abc", 0, 0.0, "0.jpg")], [])
    with db.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM frames").scalar() == 0


def test_deleting_a_video_deletes_its_runs_and_files(db: Database) -> None:
    videos.add(db, VIDEO)
    files.write_bytes(db.files.frames("abc") / "0.jpg", b"x")
    files.write_bytes(db.files.run("r") / "latents.npy", b"x")
    runs.add(db, Run("r", "n", "pca", "fast", "done", ("abc",)))
    videos.delete(db, "abc")
    assert videos.every(db) == [] and runs.every(db) == []
    assert not db.files.video("abc").exists() and not db.files.run("r").exists()


def test_a_video_in_training_stays(db: Database) -> None:
    videos.add(db, VIDEO)
    runs.add(db, Run("r", "my run", "pca", "fast", "running", ("abc",)))
    with pytest.raises(Busy, match="my run"):
        videos.delete(db, "abc")
    assert videos.get(db, "abc") == VIDEO


def test_a_run_asked_for_twice_is_one(db: Database) -> None:
    assert runs.add(db, Run("r", "first", "pca", "fast", "queued", ("abc",)))
    assert not runs.add(db, Run("r", "second", "pca", "fast", "queued", ("abc",)))
    assert runs.get(db, "r").name == "first"


def test_cluster_names_are_kept_and_taken_away(db: Database) -> None:
    runs.add(db, Run("r", "n", "pca", "fast", "done", ("abc",)))
    analyses.add_clustering(db, Clustering("c", "r", "kmeans", 3, 0))
    analyses.rename(db, "c", 1, " Expert ")
    assert analyses.names(db, "c") == {1: "Expert"}
    assert runs.has_named_clusters(db, "r")
    analyses.rename(db, "c", 1, "")
    assert analyses.names(db, "c") == {}


@pytest.mark.parametrize(
    "content", [b"this is a text file, no database" * 40, b"SQLite format 3\0"]
)
def test_a_damaged_library_is_said_and_copied(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "library.db").write_bytes(content)
    with pytest.raises(LibraryDamaged, match="quarantine"):
        open_library(tmp_path)
    assert (tmp_path / "library.db").read_bytes() == content
    assert [p.read_bytes() for p in (tmp_path / "quarantine").iterdir()] == [content]


@pytest.mark.sqlite
def test_a_newer_library_is_left_alone(db: Database, data: Path) -> None:
    with db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    with pytest.raises(LibraryDamaged, match="newer version"):
        open_library(data)


def test_the_revision_is_that_of_the_last_migration() -> None:
    config = Config()
    folder = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == database.REVISION


def test_a_data_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageFailed, match="--data"):
        open_library(tmp_path / "file")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_json(path, {"a": 1})
    with pytest.raises(RuntimeError), files.atomic(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert files.read_json(path) == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_of_several_files_that_fail_none_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {tmp_path / "a" / "1.jpg": b"one", tmp_path / "b" / "2.jpg": b"two"}
    monkeypatch.setattr(files, "_allowed", [lambda: pytest.fail("another attempt is newer")])
    with pytest.raises(pytest.fail.Exception):
        files.write_all(both)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    monkeypatch.setattr(files, "_allowed", [])
    files.write_all(both)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == both


def test_captions_can_be_replaced(db: Database) -> None:
    videos.add(db, VIDEO)
    segments = [Caption("abc", 0, 0, 2, "你好")]
    captions.replace(db, "abc", segments, origin="uploaded", timed=False, language="zh")
    video = videos.get(db, "abc")
    assert captions.of_video(db, "abc") == segments
    assert (video.captions, video.captions_timed, video.language) == (1, False, "zh")
