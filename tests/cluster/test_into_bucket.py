"""A library of PostgreSQL and a folder goes on in a bucket, on machines without the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.__main__ import main
from core.errors import BucketFailed, InvalidSetting, TablesBehind
from core.pipeline.intake.add_video import add_file
from core.pipeline.intake.decode_video import decode_video
from core.records import FrameId
from core.storage import Database, cuts, open_library, people, videos
from core.storage.bucket import Bucket
from core.storage.into_bucket import move_into
from core.storage.progress import Progress
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


def _folder(db: Database) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(db.files.folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for part in ("videos", "people.json")
        for path in [db.files.folder / part, *(db.files.folder / part).rglob("*")]
        if path.is_file()
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
    before = _folder(db)
    assert main(["move", "--data", str(db.files.folder), "--to", ADDRESS, "--work"]) == 0
    said = capsys.readouterr().err
    again = move_into(db, ADDRESS, NOBODY)
    kept = len(before) - 1  # without the notes
    assert f"{kept} files" in said and f"AFFINITY_FILES={ADDRESS}" in said
    assert (again.files, again.copy.files) == (0, kept)
    assert _folder(db) == before
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
    with pytest.raises(TablesBehind):
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


def test_a_prefix_with_other_things_is_refused(db: Database, read: str, store: Store) -> None:
    store.put_object(Bucket="films", Key="study/holiday.jpg", Body=b"x")
    with pytest.raises(InvalidSetting, match=r"holiday\.jpg"):
        move_into(db, ADDRESS, NOBODY)
    assert set(Bucket.at(ADDRESS).sizes()) == {"holiday.jpg"}
