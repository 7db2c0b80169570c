"""Captions by machine on the pages: offered where there are none, shown while made, cancelled."""

from __future__ import annotations

import pytest

from core import jobs
from core.jobs import status
from core.records import Caption, Job, ScreenText, Video
from core.storage import Database, captions, recognition, videos
from core.storage.recognition import Recognised
from tests.pages.conftest import button, run, said

READ, HEAR = "Read subtitles from the picture", "Recognise speech"


@pytest.fixture
def video(db: Database) -> str:
    known = Video("v", "News", "us", "upload", "a.mp4", "none", duration_s=600, state="ready")
    videos.add(db, known)
    return "v"


def labels(page) -> list[str]:
    return [one.label for one in page.button]


@pytest.mark.parametrize("name", ["library", "transcripts"])
def test_both_ways_are_offered_with_what_they_take(open_page, video, name) -> None:
    page = open_page(name)
    assert {READ, HEAR} <= set(labels(page))
    assert "The picture takes about 2 min, speech about 3 min." in said(page, "caption")


def test_a_click_queues_the_job_and_cancel_ends_it(open_page, db, video) -> None:
    page = open_page("library")
    button(page, READ).click()
    run(page)
    (job,) = jobs.live(db)
    assert (job.kind, job.subject) == ("captions", "v")
    assert READ not in labels(page)
    page.button(key="cancel-captions-v").click()
    run(page)
    assert jobs.live(db) == []
    assert READ in labels(page)


@pytest.mark.parametrize(("state", "kind"), [("done", "info"), ("failed", "error")])
def test_that_nothing_was_found_is_no_failure(
    open_page, db, video, monkeypatch, state, kind
) -> None:
    ended = Job("captions-v", "captions", state, "v", "Reading Six", message="None is there.")
    monkeypatch.setattr(status, "latest", lambda *_: ended)
    assert "None is there." in said(open_page("library"), kind)


def test_corrections_are_replaced_only_where_that_is_ticked(open_page, db, video) -> None:
    segments = [Caption("v", 0, 0, 2, "first")]
    captions.replace(db, "v", segments, origin="uploaded", timed=True, language="en")
    captions.correct(db, "v", 0, text="mine", start_s=0, end_s=2)
    page = open_page("transcripts")
    assert button(page, READ).disabled
    page.checkbox(key="replace-v").check()
    run(page)
    assert not button(page, READ).disabled


def test_text_on_the_screen_is_shown_and_searched(open_page, db, video) -> None:
    texts = (ScreenText("v", 0, 0, 4, "Anna Miller", 0.9), ScreenText("v", 1, 5, 9, "体温", 0.8))
    recognition.keep(db, "v", Recognised("ocr", "none", (), texts), replace=False)
    page = open_page("transcripts")
    assert "2 texts" in said(page, "caption")
    page.text_input(key="on-screen-v").set_value("anna")
    run(page)
    assert "1 text," in said(page, "caption")
    assert list(page.dataframe[0].value["Text"]) == ["Anna Miller"]


def test_a_speech_model_is_fetched_only_with_consent(open_page, db, video, monkeypatch) -> None:
    monkeypatch.setattr("core.text.speech.model._packaged", lambda: None)
    page = open_page("transcripts", video="v")
    assert button(page, HEAR).disabled
    (consent,) = [box for box in page.checkbox if "148 MB" in box.label]
    consent.check()
    run(page)
    asked: list[dict] = []
    monkeypatch.setattr("core.jobs.submit_captions", lambda *_, **how: asked.append(how))
    button(page, HEAR).click()
    run(page)
    assert asked == [{"replace": False, "download": True}]
