"""A copy in a bucket: whole or known to be unfinished, and the same when it comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.__main__ import main
from core.errors import AffinityError, BucketFailed, DiskFull, InvalidSetting, StorageFailed
from core.records import Run
from core.storage import Database, bucket, bucket_copies, open_library, room, runs, videos
from core.storage.bucket import Bucket
from core.storage.files import beside, is_half_written
from core.storage.progress import Progress
from core.storage.project_copies import result_files
from tests.object_store import Store, ask
from tests.synthetic import make_run

ADDRESS = "s3://films/an event/2022"
PREFIX = ADDRESS.removeprefix("s3://films/")
NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    made = make_run(db, (6, 7), latent=6, every_k=(3,), layouts=("pca",))
    (db.files.video("video0") / "source.mp4").write_bytes(os.urandom(9_000_000))  # in two parts
    (db.files.video("video0") / "a name #1, 50 %.srt").write_text("你好")
    return made


def _tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in result_files(folder)}


def _there(store: Store, name: str = "") -> set[str]:
    pages = store.get_paginator("list_objects_v2").paginate(Bucket="films", Prefix=PREFIX + name)
    return {one["Key"][len(PREFIX) + 1 :] for page in pages for one in page.get("Contents", [])}


@contextmanager
def _stopped(method: str, after: int) -> Iterator[None]:
    """Within, the process is stopped at the object after the first `after`."""
    whole, calls = getattr(Bucket, method), []

    def stopped(self: Bucket, *given: Any) -> Any:
        calls.append(given)
        if len(calls) > after:
            raise KeyboardInterrupt
        return whole(self, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bucket, method, stopped)
        yield


def test_there_and_back(db: Database, run: Run, store: Store, tmp_path: Path) -> None:
    sent = bucket_copies.send(db, ADDRESS, NOBODY)
    held = _tree(db.files.folder)
    record = "database.json" if db.shared else "library.db"
    assert sent.files == sent.copy.files == len(held) + 1
    assert _there(store) == {*held, record, "copy.json"}
    picture = store.head_object(Bucket="films", Key=f"{PREFIX}/videos/video0/frames/000000.jpg")
    assert picture["ContentType"] == "image/jpeg"
    folder = tmp_path / "back"
    fetched = bucket_copies.fetch(ADDRESS, folder, NOBODY)
    assert fetched == sent
    assert _tree(folder) == held
    with closing(open_library(folder)) as back:
        assert videos.every(back) == videos.every(db)
        assert runs.every(back) == runs.every(db)
        assert back.files.project.name == db.files.project.name


def test_what_is_there_does_not_go_again(
    db: Database, run: Run, store: Store, tmp_path: Path
) -> None:
    bucket_copies.send(db, ADDRESS, NOBODY)
    assert bucket_copies.send(db, ADDRESS, NOBODY).files == 0
    bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY)
    assert bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY).files == 0
    changed = db.files.frames("video0") / "000001.jpg"
    changed.write_bytes(changed.read_bytes()[::-1])  # as long as it was
    (db.files.frames("video1") / "000001.jpg").unlink()
    assert bucket_copies.send(db, ADDRESS, NOBODY).files == 1
    assert "videos/video1/frames/000001.jpg" not in _there(store)
    bucket_copies.fetch(ADDRESS, tmp_path / "anew", NOBODY)
    assert _tree(tmp_path / "anew") == _tree(db.files.folder)


def test_a_sending_that_broke_off_goes_on(
    db: Database, run: Run, store: Store, tmp_path: Path
) -> None:
    with _stopped("send", after=10), pytest.raises(KeyboardInterrupt):
        bucket_copies.send(db, ADDRESS, NOBODY)
    kept = len(_there(store)) - 1
    assert 10 <= kept < 20
    with pytest.raises(InvalidSetting):  # it is unfinished
        bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY)
    assert not (tmp_path / "back").exists()
    videos.update(db, "video0", title="Another")  # and goes on with what is there now
    done = bucket_copies.send(db, ADDRESS, NOBODY)
    assert done.copy.files - kept <= done.files <= done.copy.files - kept + 1  # the records
    bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY)
    assert _tree(tmp_path / "back") == _tree(db.files.folder)


def test_a_fetching_that_broke_off_goes_on(
    db: Database, run: Run, store: Store, tmp_path: Path
) -> None:
    sent = bucket_copies.send(db, ADDRESS, NOBODY)
    folder = tmp_path / "back"
    with _stopped("receive", after=11), pytest.raises(KeyboardInterrupt):  # copy.json and ten
        bucket_copies.fetch(ADDRESS, folder, NOBODY)
    assert not {"library.db", "database.json", "project.json"} & {p.name for p in folder.iterdir()}
    with pytest.raises(StorageFailed, match="fetch the rest"):
        open_library(folder)
    kept = len(_tree(folder))
    for half in (folder / "library.db", folder / "videos" / "video0" / "media.mp4"):
        beside(half).write_bytes(b"half")  # as a kill leaves it
    assert 0 < kept <= 10  # who fetches beside the one that is stopped is stopped too
    assert bucket_copies.fetch(ADDRESS, folder, NOBODY).files == sent.files - kept
    assert _tree(folder) == _tree(db.files.folder)
    open_library(folder).close()
    assert not list(filter(is_half_written, folder.rglob("*")))


@pytest.mark.thorough
@pytest.mark.parametrize("back", [False, True])
def test_killed_at_any_moment(
    db: Database, run: Run, store: Store, tmp_path: Path, back: bool
) -> None:
    """A process that does it is killed again and again, a little later each time."""
    if back:
        bucket_copies.send(db, ADDRESS, NOBODY)
    folder = tmp_path / "back"
    ways = ["--from", ADDRESS, "--to", str(folder)] if back else ["--to", ADDRESS]
    command = [sys.executable, "-m", "core", "move", "--data", str(db.files.folder), *ways]
    kills = 0
    for wait_s in (0.3, 0.6, 0.9, 1.2, 1.5, 60.0):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            assert process.wait(wait_s) == 0
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
    assert kills
    bucket_copies.fetch(ADDRESS, tmp_path / "checked", NOBODY)
    for copied in (tmp_path / "checked", *([folder] if back else [])):
        assert _tree(copied) == _tree(db.files.folder)
        with closing(open_library(copied)) as library:
            assert runs.every(library) == [run]


def test_only_a_copy_that_was_seen_is_replaced(
    db: Database, run: Run, store: Store, tmp_path: Path
) -> None:
    bucket_copies.send(db, ADDRESS, NOBODY)
    bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY)
    (tmp_path / "back" / "videos" / "video0" / "more.txt").write_text("more")
    with closing(open_library(tmp_path / "back")) as back:
        assert bucket_copies.send(back, ADDRESS, NOBODY).copy.files > 1
    with pytest.raises(InvalidSetting):  # it would undo what was sent from elsewhere
        bucket_copies.send(db, ADDRESS, NOBODY)
    with pytest.raises(InvalidSetting):  # the prefix above holds other things
        bucket_copies.send(db, "s3://films/an event", NOBODY)
    assert "videos/video0/more.txt" in _there(store)


def test_a_folder_with_other_things_stays_as_it_is(
    db: Database, run: Run, store: Store, tmp_path: Path
) -> None:
    bucket_copies.send(db, ADDRESS, NOBODY)
    before = _tree(db.files.folder)
    with pytest.raises(InvalidSetting):  # it is open
        bucket_copies.fetch(ADDRESS, db.files.folder, NOBODY)
    other = tmp_path / "other"
    (other / "mine").mkdir(parents=True)
    with pytest.raises(AffinityError):
        bucket_copies.fetch(ADDRESS, other, NOBODY)
    assert [path.name for path in other.iterdir()] == ["mine"]
    assert _tree(db.files.folder) == before
    assert videos.every(db)


@pytest.mark.parametrize("damage", ["changed", "missing", "exchanged", "copy.json"])
def test_a_damaged_copy_is_no_project(
    db: Database, run: Run, store: Store, tmp_path: Path, damage: str
) -> None:
    bucket_copies.send(db, ADDRESS, NOBODY)
    name = "copy.json" if damage == "copy.json" else "videos/video0/frames/000002.jpg"
    key = {"Bucket": "films", "Key": f"{PREFIX}/{name}"}
    found = store.get_object(**key)
    wrong = found["Body"].read()[::-1]
    said = found["Metadata"]
    if damage == "missing":
        store.delete_object(**key)
    elif damage == "exchanged":  # whole by itself, and not what was sent with the others
        path = tmp_path / "wrong"
        path.write_bytes(wrong)
        store.put_object(**key, Body=wrong, Metadata={"sha256": bucket.digest_of(path)})
    else:
        store.put_object(**key, Body=wrong, Metadata=said)
    with pytest.raises((BucketFailed, InvalidSetting)):
        bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY)
    assert not (tmp_path / "back" / "project.json").exists()
    assert not (tmp_path / "back" / "library.db").exists()


@pytest.mark.parametrize("name", ["worker.lock", "videos/../../out", "runs\\x", "videos"])
def test_a_copy_writes_nowhere_else(
    db: Database, run: Run, store: Store, tmp_path: Path, name: str
) -> None:
    bucket_copies.send(db, ADDRESS, NOBODY)
    store.put_object(Bucket="films", Key=f"{PREFIX}/{name}", Body=b"here")
    with pytest.raises((BucketFailed, InvalidSetting)):
        bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY)
    assert not [path for path in tmp_path.rglob("*") if path.name in ("out", "worker.lock", "x")]


def test_what_is_not_kept_as_it_was_is_not_counted(
    db: Database, run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing = db.files.frames("video0") / "000003.jpg"
    whole = Bucket.send

    def send(self: Bucket, name: str, path: Path, *given: Any) -> None:
        if path == changing:  # another program writes to it just now
            path.write_bytes(b"other")
        whole(self, name, path, *given)

    monkeypatch.setattr(Bucket, "send", send)
    with pytest.raises(BucketFailed, match=r"000003\.jpg"):
        bucket_copies.send(db, ADDRESS, NOBODY)
    assert "videos/video0/frames/000003.jpg" not in _there(store)
    bucket_copies.send(db, ADDRESS, NOBODY)
    assert "videos/video0/frames/000003.jpg" in _there(store)


def test_a_store_that_refuses_is_one_sentence(
    db: Database, run: Run, store: Store, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BucketFailed, match="nobucket"):
        bucket_copies.send(db, "s3://nobucket/x", NOBODY)
    ask(endpoint, "reset-auth", "0")  # from now on it asks who may
    try:
        with pytest.raises(BucketFailed, match="AWS_ACCESS_KEY_ID"):
            bucket_copies.send(db, ADDRESS, NOBODY)
    finally:
        ask(endpoint, "reset-auth", "Infinity")
    monkeypatch.setattr(bucket, "RETRIES", 0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(BucketFailed, match=r"127\.0\.0\.1:9"):
        bucket_copies.send(db, ADDRESS, NOBODY)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "films")
    with pytest.raises(InvalidSetting, match="AWS_ENDPOINT_URL"):
        Bucket.at(ADDRESS)


@pytest.mark.parametrize("address", ["s3://", "s3://A_B/x", "s3://films/../x", "https://films/x"])
def test_an_address_that_is_none(store: Store, address: str) -> None:
    with pytest.raises(InvalidSetting):
        Bucket.at(address)


def test_a_full_disk_is_said_before_anything_is_fetched(
    db: Database, run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_copies.send(db, ADDRESS, NOBODY)
    monkeypatch.setattr(room, "free", lambda folder: 5_000_000)
    with pytest.raises(DiskFull):
        bucket_copies.fetch(ADDRESS, tmp_path / "back", NOBODY)
    assert _tree(tmp_path / "back") == {}


def test_the_command_waits_for_jobs_and_says_what_went(
    db: Database, run: Run, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = jobs.submit_clustering(db, run.id, "kmeans", 4)
    assert main(["move", "--to", ADDRESS]) == 1
    assert not _there(store)
    jobs.cancel(db, job_id)
    capsys.readouterr()
    assert main(["move", "--to", ADDRESS]) == 0
    files = len(_tree(db.files.folder)) + 1
    assert capsys.readouterr().err.count(f"{files} files") == 2
    assert main(["move", "--from", ADDRESS, "--to", str(tmp_path / "back")]) == 0
    assert main(["move", "--to", str(tmp_path / "other")]) == 1
    assert main(["move", "--from", ADDRESS, "--to", "s3://films/y"]) == 1
    assert not (tmp_path / "other").exists()


def test_progress_counts_bytes_and_says_what_is_left(db: Database, run: Run, store: Store) -> None:
    said: list[tuple[float, str, float | None]] = []

    class Said(Progress):
        def __call__(self, fraction: float, message: str, eta_s: float | None = None) -> None:
            said.append((fraction, message, eta_s))

    done = bucket_copies.send(db, ADDRESS, Said(None))
    sending = [(fraction, left) for fraction, message, left in said if "Sent" in message]
    assert [fraction for fraction, _ in sending] == sorted(fraction for fraction, _ in sending)
    assert sending[-1] == (1.0, 0.0)
    assert all(left is not None and left >= 0 for _, left in sending)
    assert len(sending) >= 2 * done.files


@pytest.mark.sqlite
def test_a_library_of_sqlite_cannot_be_worked_on_in_a_bucket(
    db: Database, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(db.files.folder)
    assert main(["move", "--data", folder, "--to", "s3://films/study", "--work"]) == 1
    assert "AFFINITY_DATABASE" in capsys.readouterr().err
    assert _there(store) == set()
