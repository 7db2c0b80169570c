"""`add`: what a channel holds, which of it is taken, and what the library has already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import jobs
from core.__main__ import main
from core.storage import Database, videos
from core.video.youtube import session
from tests.clips import write_clip
from tests.recorded_youtube import Lister

CHANNEL = "https://www.youtube.com/@CGTN"


@pytest.fixture(autouse=True)
def youtube(monkeypatch) -> Lister:
    """A channel of five videos; nothing is read, so no worker is started."""
    entries = [
        {"id": f"{n:011d}", "title": f"Report {n}", "duration": 60 * n, "timestamp": 1767312000}
        for n in range(1, 6)
    ]
    made = Lister(title="CGTN - Videos", channel="CGTN", entries=entries)
    monkeypatch.setattr(session, "session", made)
    monkeypatch.setattr(jobs, "ensure_worker", lambda *_, **__: None)
    return made


def add(db: Database, *words: str) -> int:
    return main(["add", *words, "--detach", "--data", str(db.files.folder)])


def ids(db: Database) -> list[str]:
    return [str(int(video.youtube_id or 0)) for video in videos.every(db)]


def test_a_list_is_printed_and_nothing_is_added(db, capsys) -> None:
    assert main(["add", CHANNEL, "--list", "--data", str(db.files.folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["number", "title", "channel", "published", "length", "remark"]
    assert lines[3].split() == ["3", "Report", "3", "CGTN", "about", "2026-01-02", "3:00"]
    assert main(["add", CHANNEL, "--list", "--json", "--data", str(db.files.folder)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["number"], row["duration_s"], row["in_library"]) for row in rows][4] == (
        5,
        300.0,
        False,
    )
    assert videos.every(db) == []


def test_some_of_a_list_are_taken(db) -> None:
    assert add(db, CHANNEL, "--take", "1,3-4", "--group", "cn", "--from", "0:10") == 0
    assert ids(db) == ["1", "3", "4"]
    assert {(video.group, video.from_s) for video in videos.every(db)} == {("cn", 10.0)}
    assert len(jobs.live(db)) == 3


@pytest.mark.parametrize("wanted", ["0", "6", "4-3", "1,x", "", "1-", "99999"])
def test_numbers_that_there_are_not_add_nothing(db, capsys, wanted) -> None:
    assert add(db, CHANNEL, "--take", wanted, "--group", "cn") == 1
    assert "1 to 5" in capsys.readouterr().err
    assert videos.every(db) == []


def test_what_is_there_already_is_said_and_the_rest_goes_on(db, capsys) -> None:
    assert add(db, CHANNEL, "--take", "1-2", "--group", "cn") == 0
    assert add(db, CHANNEL, "--group", "cn") == 1
    said = capsys.readouterr().err
    assert said.count("in the library already") == 2
    assert "--again" in said
    assert ids(db) == ["1", "2", "3", "4", "5"]
    assert add(db, CHANNEL, "--take", "1", "--group", "cn", "--again") == 0
    assert ids(db)[-1] == "1"


def test_another_part_of_a_video_is_no_duplicate(db) -> None:
    address = "https://youtu.be/dQw4w9WgXcQ"
    assert add(db, address, "--group", "us", "--until", "1:00") == 0
    assert add(db, address, "--group", "us", "--from", "1:00", "--until", "2:00") == 0
    assert add(db, address, "--group", "us", "--from", "1:30") == 1
    assert len(videos.every(db)) == 2


def test_the_same_file_under_another_name_is_said(db, tmp_path: Path, capsys) -> None:
    first = write_clip(tmp_path / "first.mp4", 5)
    second = tmp_path / "second.mp4"
    second.write_bytes(first.read_bytes())
    assert add(db, str(first), "--group", "us") == 0
    (video,) = videos.every(db)
    assert video.provenance["file_name"] == "first.mp4"
    assert len(video.provenance["sha256"]) == 64
    videos.update(db, video.id, provenance={})  # as older versions took it in
    capsys.readouterr()
    assert add(db, str(second), "--group", "us") == 1
    assert "second.mp4 is in the library already, as 'first' (us)." in capsys.readouterr().err
    assert list((db.files.folder / "videos").iterdir()) == [db.files.video(video.id)]
    assert add(db, str(second), "--group", "us", "--again") == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((CHANNEL,), "--group"),
        ((CHANNEL, CHANNEL, "--take", "1", "--group", "x"), "--take"),
        ((CHANNEL, "--json", "--group", "x"), "--list"),
    ],
)
def test_options_that_do_not_go_together(db, capsys, words, named) -> None:
    assert add(db, *words) == 1
    assert named in capsys.readouterr().err


def test_a_file_has_no_channel(db, tmp_path, capsys) -> None:
    clip = write_clip(tmp_path / "a.mp4", 3)
    assert add(db, str(clip), "--group", "@channel") == 1
    assert "a.mp4" in capsys.readouterr().err
    assert videos.every(db) == []
