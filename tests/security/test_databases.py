"""Databases that are damaged, locked or old: a message, a copy, never a silent empty library."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import AffinityError, InvalidSetting, LibraryDamaged
from core.records import Video
from core.storage import Database, captions, database, open_library, videos

VIDEO = Video("abc", "Title", "us", "upload", "x.mp4", "en")


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _zeroed(data: bytes) -> bytes:
    """Without the page that begins the schema's tables."""
    return data[:4096] + bytes(4096) + data[8192:]


@pytest.mark.parametrize("damage", [_cut, _zeroed, lambda _: b"", lambda d: d[:100]])
def test_no_damage_is_a_silent_empty_library(
    db: Database, data: Path, damage: Callable[[bytes], bytes]
) -> None:
    for number in range(40):
        videos.add(db, Video(f"v{number}", "T" * 200, "us", "upload", "x.mp4", "en"))
    db.close()
    file = data / "library.db"
    file.write_bytes(damage(file.read_bytes()))
    for part in ("-wal", "-shm"):
        file.with_name(file.name + part).unlink(missing_ok=True)
    before = file.read_bytes()
    try:
        again = open_library(data)
        with contextlib.closing(again.engine.raw_connection()):
            assert len(videos.every(again)) == 40 or not before
    except LibraryDamaged as error:
        assert len(str(error).splitlines()) == 1
        (copy,) = data.joinpath("quarantine").iterdir()
        assert str(copy) in str(error) and copy.read_bytes() == before
        assert file.read_bytes() == before


def test_damage_that_shows_later_is_said_once_and_copied_once(db: Database) -> None:
    videos.add(db, VIDEO)
    with db.write() as connection:
        connection.exec_driver_sql("DROP TABLE captions")
    for _ in range(3):
        with pytest.raises(LibraryDamaged, match="captions"):
            captions.of_video(db, "abc")
    assert len(list(db.files.quarantine.iterdir())) == 1


def test_a_record_whose_json_is_damaged_is_said(db: Database) -> None:
    videos.add(db, VIDEO)
    with db.write() as connection:
        connection.exec_driver_sql("UPDATE videos SET provenance = '{'")
    with pytest.raises(LibraryDamaged, match="provenance"):
        videos.every(db)


def test_a_database_that_another_program_locks_is_said(
    db: Database, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.close()
    wait = database.sa.create_engine
    short = {"connect_args": {"timeout": 0.1}}
    monkeypatch.setattr(database.sa, "create_engine", lambda url, **_: wait(url, **short))
    again = open_library(data)
    with contextlib.closing(sqlite3.connect(data / "library.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(AffinityError, match="locked by another program"):
            videos.add(again, VIDEO)
        other.rollback()
    videos.add(again, VIDEO)
    assert videos.every(again) == [VIDEO]
    again.close()


@pytest.mark.parametrize("value", [2**63, -(10**30)])
def test_a_number_that_no_database_holds(db: Database, value: int) -> None:
    with pytest.raises(InvalidSetting, match="too large"):
        videos.frame(db, "abc", value)


def test_half_a_character(db: Database) -> None:
    with pytest.raises(InvalidSetting, match="half a character"):
        videos.add(db, Video("abc", "\ud800", "us", "upload", "x.mp4", "en"))
    assert videos.every(db) == []
