"""A full disk: told apart from other faults, in one sentence, the old file whole."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from core.errors import DiskFull, LibraryDamaged, StorageFailed, VideoUnreadable
from core.storage import Database, files, room
from core.storage.progress import Progress, read


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_write_that_finds_no_room_names_folder_and_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.save_array(tmp_path / "a.npy", np.zeros(3))
    monkeypatch.setattr(room, "free", lambda _folder: 2_000_000)
    monkeypatch.setattr(np, "save", full)
    with pytest.raises(DiskFull, match=str(tmp_path)) as said:
        files.save_array(tmp_path / "a.npy", np.zeros(1_000_000))
    assert said.value.needed >= 8_000_000  # what the array takes, not less
    assert "2.0 MB" in str(said.value)
    assert files.load_array(tmp_path / "a.npy").tolist() == [0, 0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


@pytest.mark.sqlite
def test_a_database_that_finds_no_room_says_the_same(db: Database) -> None:
    words = "database or disk is full"
    with pytest.raises(DiskFull, match=str(db.files.folder)), db.write():
        raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(words))
    with pytest.raises(LibraryDamaged, match="no such table"), db.write():
        raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("no such table"))


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (OSError(errno.ENOSPC, "x"), True),
        (OSError("8000 requested and 512 written"), True),
        (StorageFailed("The frames cannot be written (No space left on device)."), True),
        (OSError(errno.EACCES, "x"), False),
        (VideoUnreadable("no video"), False),
        (StorageFailed("read-only"), False),
    ],
)
def test_what_means_a_full_disk(error: Exception, means: bool, tmp_path: Path) -> None:
    assert room.is_full(error, tmp_path) is means


def test_each_attempt_asks_for_more_room_than_the_last_one_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for there in (0, 500_000, 3_000_000, 40_000_000):
        monkeypatch.setattr(room, "free", lambda _folder, there=there: there)
        needed = room.needed_after(tmp_path)
        assert needed >= there + room.FLOOR
        assert str(tmp_path) in str(room.shortage(tmp_path, needed))
        assert room.shortage(tmp_path, there) is None


def test_a_new_phase_is_written_at_once_and_numbers_are_not(tmp_path: Path) -> None:
    report = Progress(tmp_path / "p.json", interval_s=60)
    for message in ("Starting", "Reading frame 1", "Reading frame 2", "Training"):
        report(0.1, message)
        expected = "Reading frame 1" if "2" in message else message
        assert read(tmp_path / "p.json")["message"] == expected


def test_progress_that_finds_no_room_does_not_end_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_bytes", full)
    report = Progress(tmp_path / "p.json")
    report(0.1, "Starting")
    report.hold(5)
    assert read(tmp_path / "p.json") == {}
