"""`captions`: another file, a shift, and what is refused before anything is changed."""

from __future__ import annotations

import pytest

from core import jobs
from core.__main__ import main
from core.storage import Database, captions, videos
from tests import synthetic

SRT = "1\n00:00:01,000 --> 00:00:02,500\nGood evening.\n"


def words(db: Database, *options: str) -> int:
    return main(["captions", "v", *options, "--data", str(db.files.folder)])


@pytest.fixture
def video(db: Database):
    synthetic.add_video(db, "v", "us", 6, 0)
    return videos.get(db, "v")


def test_a_file_takes_the_place_of_the_captions_and_is_shifted(db, video, tmp_path, capsys) -> None:
    (tmp_path / "a.srt").write_text(SRT)
    assert words(db, "--file", str(tmp_path / "a.srt"), "--shift", "0.5") == 0
    assert "1 caption segment (en)" in capsys.readouterr().out
    (caption,) = captions.of_video(db, "v")
    assert (caption.start_s, caption.end_s, caption.text) == (1.5, 3.0, "Good evening.")


def test_corrections_are_replaced_only_when_asked(db, video, tmp_path, capsys) -> None:
    (tmp_path / "a.srt").write_text(SRT)
    captions.correct(db, "v", 0, text="mine", start_s=0.0, end_s=1.0)
    before = captions.of_video(db, "v")
    assert words(db, "--file", str(tmp_path / "a.srt")) == 1
    assert "--replace" in capsys.readouterr().err
    assert captions.of_video(db, "v") == before
    assert words(db, "--file", str(tmp_path / "a.srt"), "--replace") == 0
    assert [caption.text for caption in captions.of_video(db, "v")] == ["Good evening."]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--file", "/nowhere/a.srt"), "/nowhere/a.srt"),
        (("--shift", "-1000"), "before the video begins"),
        (("--shift", "nan"), "nan"),
        (("--from", "file"), "--file"),
        (("--from", "ocr", "--file", "a.srt"), "--file"),
        (("--from", "ocr", "--shift", "1", "--detach"), "--shift"),
    ],
)
def test_what_cannot_be_done_changes_nothing(db, video, capsys, options, named) -> None:
    before = captions.of_video(db, "v")
    assert words(db, *options) == 1
    assert named in capsys.readouterr().err
    assert captions.of_video(db, "v") == before


def test_captions_are_made_by_a_job(db, video, capsys, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "ensure_worker", lambda *_, **__: None)
    assert words(db, "--from", "ocr", "--detach") == 0
    (job,) = jobs.live(db)
    assert (job.kind, job.subject) == ("captions", "v")
    assert job.id in capsys.readouterr().err
