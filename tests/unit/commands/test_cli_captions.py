"""`captions`: another file, a shift, and what is refused before anything is changed."""

from __future__ import annotations

import io

import pytest

from core import jobs
from core.__main__ import main
from core.pipeline.intake import stored_captions
from core.storage import Database, captions, videos
from core.text import captions_youtube
from tests import synthetic
from tests.recorded_youtube import Listing, session

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


TRACKS = (
    ("en", "English - CC1", "people", "of the studio"),
    ("en", "English - DTVCC1", "people", "of the affiliate"),
)


@pytest.fixture
def on_youtube(db, video, monkeypatch) -> None:
    """The video is YouTube's, which has two English tracks of it."""
    videos.update(db, "v", youtube_id="dQw4w9WgXcQ", source="youtube")
    answering = session(Listing(*TRACKS))
    monkeypatch.setattr(captions_youtube, "_session", lambda: answering)


def test_a_track_is_chosen_by_name_and_said(db, on_youtube, capsys) -> None:
    assert words(db, "--track", "English - DTVCC1") == 0
    assert "2 English tracks, using English - DTVCC1." in capsys.readouterr().err
    assert [caption.text for caption in captions.of_video(db, "v")] == ["of the affiliate"]
    now = videos.get(db, "v")
    assert now.caption_origin == "youtube"
    assert now.provenance == {
        "caption_track": {"code": "en", "name": "English - DTVCC1", "kind": "people"},
        "caption_way": "youtube-transcript-api",
        "caption_language": "en",
    }
    assert words(db, "--tracks") == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[0].split() == ["name", "code", "by", "used"]
    assert [line.endswith("yes") for line in listed[1:]] == [False, True]


def test_a_file_in_place_of_a_track_takes_its_provenance_away(db, on_youtube, tmp_path) -> None:
    assert words(db, "--from", "youtube") == 0
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,500\nBuenos días a todos, que\n")
    assert words(db, "--file", str(tmp_path / "a.srt")) == 0
    assert "caption_track" not in videos.get(db, "v").provenance
    assert words(db, "--from", "youtube") == 0
    assert videos.get(db, "v").provenance["caption_track"]["name"] == "English - CC1"


def test_a_transcript_is_pasted(db, video, capsys, monkeypatch) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO("0:00\n港口\n0:04\n开放".encode()))
    )
    assert words(db, "--from", "paste", "--shift", "1") == 0
    assert [(c.start_s, c.text) for c in captions.of_video(db, "v")] == [
        (1.0, "港口"),
        (5.0, "开放"),
    ]
    now = videos.get(db, "v")
    assert (now.caption_origin, now.language) == ("pasted", "zh")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--file", "a.srt", "--shift", "-1000"), "before the video begins"),
        (("--file", "a.srt", "--shift", "nan"), "nan"),
        (("--replace",), "--file"),
        (("--replace", "--shift", "1"), "--file"),
        (("--from", "paste", "--file", "a.srt"), "--file"),
        (("--file", "a.srt", "--track", "en"), "--track"),
        (("--tracks", "--shift", "1"), "--tracks"),
        (("--track", "fr"), "English - CC1"),
        (("--from", "paste"), "pasted text"),
    ],
)
def test_a_refusal_leaves_file_and_segments(
    db, on_youtube, tmp_path, capsys, monkeypatch, options, named
) -> None:
    (tmp_path / "a.srt").write_text(SRT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    before, folder = captions.of_video(db, "v"), db.files.video("v")
    kept = stored_captions.read(folder)
    assert words(db, *options) == 1
    assert named in capsys.readouterr().err
    assert captions.of_video(db, "v") == before
    assert stored_captions.read(folder) == kept
