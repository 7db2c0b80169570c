"""A library of PostgreSQL goes on in a bucket, on machines without its folder, and in a folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from core.__main__ import main
from core.errors import BucketFailed, Busy, InvalidSetting, StorageFailed, TablesBehind
from core.pipeline.intake.add_video import add_file
from core.pipeline.intake.decode_video import decode_video
from core.records import FrameId
from core.storage import Database, cuts, open_library, people, postgres, videos
from core.storage.bucket import Bucket
from core.storage.moving import move_into, move_out
from core.storage.progress import Progress
from core.storage.project import Project
from core.storage.stored import IN_USE, version_of
from tests.cluster.conftest import ADDRESS
from tests.object_store import Store

pytestmark = pytest.mark.postgres

NOBODY = Progress(None)
Sample = dict[str, tuple[Path, Path]]


@pytest.fixture
def read(db: Database, sample: Sample, store: Store) -> str:
    """The id of a video that was read into the folder; there is a bucket."""
    film, captions = sample["river-news"]
    said = (captions.name, captions.read_bytes())
    video = add_file(db, film, film.name, group="river", captions=said)
    decode_video(db, video.id, NOBODY)
    return video.id


def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The library as a machine has it that was given the bucket and an empty folder."""
    with monkeypatch.context() as patch:
        patch.setenv("AFFINITY_FILES", ADDRESS)
        return open_library(tmp_path / "elsewhere")


def _folder(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (version_of(path), path.read_bytes())
        for part in ("videos", "people.json")
        for path in [folder / part, *(folder / part).rglob("*")]
        if path.is_file() and path.name != "notes.txt"
    }


def test_what_was_in_the_folder_is_worked_on_in_the_bucket(
    db: Database,
    read: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people.put(db.files.folder, "ada@example.org", "owner")
    (db.files.folder / "videos" / "notes.txt").write_text("somebody's own")
    before = _folder(db.files.folder)
    assert main(["move", "--data", str(db.files.folder), "--to", ADDRESS, "--work"]) == 0
    said = capsys.readouterr().err
    again = move_into(db, ADDRESS, NOBODY)
    kept = len(before) + 1  # the project's name
    assert f"{kept} files" in said and f"AFFINITY_FILES={ADDRESS}" in said
    assert (again.files, again.copy.files) == (0, kept)
    assert _folder(db.files.folder) == before
    there = _there(tmp_path, monkeypatch)
    try:
        video = videos.get(there, read)
        assert there.files.stored is not None and there.files.stored.amiss() == ([], [])
        assert there.files.media(video).read_bytes() == db.files.media(video).read_bytes()
        frame = FrameId(read, 1)
        assert there.files.picture(frame).read_bytes() == db.files.picture(frame).read_bytes()
        assert [one.name for one in people.every(there.files.folder)] == ["ada@example.org"]
        cuts.write(there, read, {"cuts": [1]})
        for address in (ADDRESS, "s3://films/other"):
            with pytest.raises(InvalidSetting, match="bucket already"):
                move_into(db, address, NOBODY)
        for moving in (False, True):  # nobody works in the folder beside
            with pytest.raises(InvalidSetting, match=ADDRESS):
                open_library(db.files.folder, moving=moving)
        with pytest.raises(InvalidSetting, match="leave AFFINITY_FILES out"):
            move_into(there, ADDRESS, NOBODY)
        assert cuts.read(there, read) == {"cuts": [1]}
    finally:
        there.close()


def test_what_broke_off_is_opened_by_nobody_and_goes_on(
    db: Database, read: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Bucket.send

    def breaks(bucket: Bucket, name: str, *rest: object) -> None:
        if name.endswith(".mp4"):
            raise BucketFailed("The network is gone.")
        sent(bucket, name, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "send", breaks)
        with pytest.raises(BucketFailed):
            move_into(db, ADDRESS, NOBODY)
    with pytest.raises(StorageFailed, match="on its way"):
        _there(tmp_path, monkeypatch)
    (db.files.folder / "videos" / read / "frames" / "000000.jpg").unlink()  # it went on meanwhile
    done = move_into(db, ADDRESS, NOBODY)
    assert 0 < done.files <= done.copy.files
    sizes = Bucket.at(ADDRESS).sizes()
    assert not [name for name in sizes if name.endswith("-000000.jpg")]
    film = db.files.media(videos.get(db, read))
    assert [length for name, length in sizes.items() if name.endswith(film.name)] == [
        film.stat().st_size
    ]


def test_what_is_open_in_another_database_of_the_server_is_not_in_the_way(
    db: Database, read: str
) -> None:
    another = sa.make_url(os.environ["AFFINITY_DATABASE"]).set(database="postgres")
    name = f"{postgres.schema(db.files)} 4242-a elsewhere"
    with psycopg.connect(
        another.render_as_string(hide_password=False), application_name=name, autocommit=True
    ):
        assert move_into(db, ADDRESS, NOBODY).files > 0


def test_a_prefix_with_other_things_is_refused(db: Database, read: str, store: Store) -> None:
    store.put_object(Bucket="films", Key="study/holiday.jpg", Body=b"x")
    with pytest.raises(InvalidSetting, match=r"holiday\.jpg"):
        move_into(db, ADDRESS, NOBODY)
    assert set(Bucket.at(ADDRESS).sizes()) == {"holiday.jpg"}


@pytest.fixture
def there(
    db: Database, read: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """The library after it was moved into the bucket, and a video's cuts were found there."""
    people.put(db.files.folder, "ada@example.org", "owner")
    move_into(db, ADDRESS, NOBODY)
    found = _there(tmp_path, monkeypatch)
    cuts.write(found, read, {"cuts": [1]})
    yield found
    found.close()


def _move_out(there: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """As somebody does it where the library is in the bucket; what the command returns."""
    with monkeypatch.context() as patch:
        patch.setenv("AFFINITY_FILES", ADDRESS)
        words = ["move", "--data", str(there.files.folder), "--to", str(folder), "--work"]
        return main(words)


def test_there_and_back_and_there_again(
    db: Database,
    read: str,
    there: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before, known, objects = _folder(db.files.folder), videos.every(db), Bucket.at(ADDRESS).sizes()
    folder = tmp_path / "back"
    assert _move_out(there, folder, monkeypatch) == 0
    said = capsys.readouterr().err
    assert f"{len(before) + 2} files" in said and f"AFFINITY_DATA={folder}" in said
    kept = _folder(folder)
    assert [name for name in kept if name not in before] == [f"videos/{read}/cuts-1.json"]
    assert before.items() < kept.items()
    now = Bucket.at(ADDRESS).sizes()
    assert now.pop(IN_USE) and objects.pop(IN_USE) and now == objects
    assert _move_out(there, folder, monkeypatch) == 1  # it has left
    with pytest.raises(StorageFailed, match=str(folder)):
        _there(tmp_path, monkeypatch)
    for old in (db, there):  # which have not all, or old ones
        with pytest.raises(InvalidSetting, match="AFFINITY_DATA"):
            open_library(old.files.folder)
    assert there.files.project.name == Project(folder).name == db.files.project.name
    with closing(open_library(folder)) as back:
        assert videos.every(back) == known
        assert cuts.read(back, read) == {"cuts": [1]}
        cuts.write(back, read, {"cuts": [2]})
        assert move_into(back, ADDRESS, NOBODY).files == 1
    shutil.rmtree(there.files.folder)
    with closing(_there(tmp_path, monkeypatch)) as again:
        assert cuts.read(again, read) == {"cuts": [2]}


def test_the_way_back_breaks_off_anywhere_and_goes_on(
    db: Database, there: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, received, noted = tmp_path / "back", Bucket.receive, Bucket.write_json

    def killed_at_the_film(bucket: Bucket, name: str, *rest: object) -> object:
        if name.endswith(".mp4"):
            raise KeyboardInterrupt
        return received(bucket, name, *rest)  # type: ignore[arg-type]

    def killed_after_it_left(bucket: Bucket, name: str, value: object) -> None:
        noted(bucket, name, value)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Bucket, "receive", killed_at_the_film)
        move_out(there, folder, NOBODY)
    with pytest.raises(TablesBehind):  # the library is in the bucket
        open_library(folder)
    _there(tmp_path, monkeypatch).close()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Bucket, "write_json", killed_after_it_left)
        move_out(there, folder, NOBODY)
    with pytest.raises(InvalidSetting):
        open_library(folder)
    with pytest.raises(StorageFailed):
        _there(tmp_path, monkeypatch)
    with pytest.raises(InvalidSetting, match=str(folder)):
        move_out(there, tmp_path / "other", NOBODY)
    assert _move_out(there, folder, monkeypatch) == 0
    with closing(open_library(folder)) as back:
        assert videos.every(back) == videos.every(db)


@pytest.mark.parametrize("damage", ["changed", "lost", "another folder", "in use", "worked on"])
def test_the_way_back_is_refused(
    there: Database, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    folder = tmp_path / "back"
    (film,) = [name for name in Bucket.at(ADDRESS).sizes() if name.endswith(".mp4")]
    key = {"Bucket": "films", "Key": f"study/{film}"}
    if damage == "changed":  # as long as it was
        whole = store.get_object(**key)
        store.put_object(**key, Body=whole["Body"].read()[::-1], Metadata=whole["Metadata"])
    elif damage == "lost":
        store.delete_object(**key)
    elif damage == "another folder":
        folder.mkdir()
        (folder / "mine.txt").write_text("mine")
    elif damage == "in use":
        with monkeypatch.context() as patch:
            patch.setattr(postgres, "_OWN_NAME", "4242-a elsewhere")
            other = _there(tmp_path, patch)
    else:
        received = Bucket.receive

        def meanwhile(bucket: Bucket, name: str, *rest: object) -> object:
            if name == film:
                people.put(there.files.folder, "bob@example.org", "reader")
            return received(bucket, name, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(Bucket, "receive", meanwhile)
    named = {
        "changed": film,
        "lost": film,
        "another folder": r"mine\.txt",
        "in use": "process 4242 of elsewhere",
        "worked on": "meanwhile",
    }
    with pytest.raises((BucketFailed, StorageFailed, Busy), match=named[damage]):
        move_out(there, folder, NOBODY)
    assert not (folder / "database.json").exists()
    _there(tmp_path, monkeypatch).close()  # it is in the bucket as before
    if damage == "in use":
        other.close()
    elif damage == "worked on":
        monkeypatch.setattr(Bucket, "receive", received)
        move_out(there, folder, NOBODY)
        assert len(people.every(folder)) == 2
