"""The captions job: who may ask for it, and that what it makes is kept whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import jobs
from core.errors import Busy, CaptionsUnavailable, InvalidSetting, NotFound
from core.pipeline.recognition import recognise
from core.records import Caption, ScreenText, Video
from core.storage import Database, captions, recognition, videos
from core.storage.progress import Progress
from core.storage.recognition import Recognised

HEARD = (Caption("v", 0, 0.5, 1.5, "Good evening", confidence=0.8),)
ON_SCREEN = (ScreenText("v", 0, 0.0, 9.0, "BREAKING NEWS", 0.9),)


@pytest.fixture
def video(db: Database) -> Video:
    """A ready video with one caption from a file."""
    known = Video("v", "Six", "us", "upload", "a.mp4", "auto", state="ready", duration_s=10.0)
    videos.add(db, known)
    captions.replace(
        db, "v", [Caption("v", 0, 0, 2, "first")], origin="uploaded", timed=False, language="other"
    )
    return videos.get(db, "v")


@pytest.fixture
def make(db: Database, video: Video, monkeypatch) -> Callable[..., None]:
    """Runs the job in this process with a recogniser that gives what it is given, or raises it."""

    def made(found: Recognised | Exception, source: str = "ocr", **asked: bool) -> None:
        def give(*_: object) -> Recognised:
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setitem(recognise.RECOGNISERS, source, give)
        recognise.make_captions(db, "v", source, Progress(None), **asked)

    return made


def test_one_job_at_a_time_makes_a_videos_captions(db, video) -> None:
    first = jobs.submit_captions(db, "v", "ocr")
    assert jobs.submit_captions(db, "v", "ocr") == first
    with pytest.raises(Busy, match=first):
        jobs.submit_captions(db, "v", "speech")
    jobs.cancel(db, first)
    assert jobs.submit_captions(db, "v", "speech") == f"{first}-2"
    assert [(job.kind, job.subject) for job in jobs.live(db)] == [("captions", "v")]


def test_what_cannot_be_made_is_not_queued(db, video) -> None:
    with pytest.raises(InvalidSetting, match="'tea leaves'"):
        jobs.submit_captions(db, "v", "tea leaves")
    videos.update(db, "v", state="waiting")
    with pytest.raises(InvalidSetting, match="Six"):
        jobs.submit_captions(db, "v", "ocr")
    with pytest.raises(NotFound):
        jobs.submit_captions(db, "gone", "ocr")
    assert jobs.every(db) == []


def test_what_was_made_takes_the_captions_place(db, make) -> None:
    make(Recognised("ocr", "en", HEARD, ON_SCREEN, {"reader": "x 1"}, "Read by machine."))
    assert captions.of_video(db, "v") == list(HEARD)
    assert recognition.screen_texts_of(db, "v") == list(ON_SCREEN)
    now = videos.get(db, "v")
    assert (now.captions, now.caption_origin, now.language) == (1, "ocr", "en")
    assert now.captions_timed
    assert (now.provenance, now.message) == ({"reader": "x 1"}, "Read by machine.")


def test_no_captions_found_leaves_those_there_are(db, make) -> None:
    make(Recognised("ocr", "none", (), ON_SCREEN))
    assert [caption.text for caption in captions.of_video(db, "v")] == ["first"]
    assert videos.get(db, "v").caption_origin == "uploaded"
    assert recognition.screen_texts_of(db, "v") == list(ON_SCREEN)


def test_speech_leaves_the_text_on_the_screen(db, make) -> None:
    make(Recognised("ocr", "en", HEARD, ON_SCREEN))
    make(Recognised("speech", "en", HEARD), "speech")
    assert recognition.screen_texts_of(db, "v") == list(ON_SCREEN)


def test_corrections_are_given_up_only_when_asked(db, make) -> None:
    captions.correct(db, "v", 0, text="mine", start_s=0, end_s=2)
    for refused in (
        lambda: jobs.submit_captions(db, "v", "ocr"),
        lambda: make(Recognised("ocr", "en", HEARD)),
        lambda: recognition.keep(db, "v", Recognised("ocr", "en", HEARD, ON_SCREEN), replace=False),
    ):
        with pytest.raises(InvalidSetting, match="1 corrected segment"):
            refused()
    assert [caption.text for caption in captions.of_video(db, "v")] == ["mine"]
    assert recognition.screen_texts_of(db, "v") == []
    make(Recognised("ocr", "en", HEARD), replace=True)
    assert captions.of_video(db, "v") == list(HEARD)


def test_a_failure_changes_nothing(db, video, make) -> None:
    with pytest.raises(CaptionsUnavailable):
        make(CaptionsUnavailable("Nothing there."))
    assert videos.get(db, "v") == video


def test_nothing_comes_back_of_a_deleted_video(db, video) -> None:
    videos.delete(db, "v")
    with pytest.raises(NotFound, match="deleted"):
        recognition.keep(db, "v", Recognised("ocr", "en", HEARD, ON_SCREEN), replace=False)
