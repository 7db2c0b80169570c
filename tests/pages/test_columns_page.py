"""Columns in the Library, and what Compare makes of them, without a browser."""

from __future__ import annotations

import pytest

from core import jobs
from core.pipeline.curation.look import look
from core.records import Video
from core.storage import Database, left_out, video_columns, videos
from core.storage.progress import Progress
from core.storage.video_columns import Cell
from tests.pages.conftest import Open, button, run, said
from tests.synthetic import make_run


def test_a_column_is_added_imported_deleted_and_put_back(db: Database, open_page: Open) -> None:
    videos.add(db, Video("a", "<b>News", "us", "upload", "a.mp4", "en", state="ready"))
    page = open_page("library")
    _field(page, "Its name").set_value("*country*")
    run_after(page, "Add")
    assert video_columns.names(db) == ["*country*"]
    run_after(page, "Undo the new column \\*country\\*")
    assert video_columns.names(db) == []
    _field(page, "Its name").set_value("title")
    run_after(page, "Add")
    assert "Every video has its title" in said(page, "error")
    (table,) = [one for one in page.file_uploader if one.label == "Table"]
    table.upload("t.csv", b"title,country\n<b>News,fr\nOther,de\n", "text/csv")
    run_after(page, "Import")
    assert video_columns.values(db) == {"country": {"a": "fr"}}
    assert "1 value of 1 video changed" in said(page, "success")
    assert "1 row could not be used" in said(page, "warning")
    run_after(page, "Delete it with 1 value")
    assert video_columns.names(db) == []
    run_after(page, "Put country back")
    assert video_columns.values(db) == {"country": {"a": "fr"}}


@pytest.mark.slow
def test_compare_offers_the_columns_that_differ(db: Database, open_page: Open) -> None:
    made = make_run(db, (10, 12, 9), ("us",) * 3, latent=6, every_k=(3,), layouts=("pca",))
    assert "only one group" in said(open_page("compare"), "info")
    values = dict(zip(made.video_ids[:2], ("fr", "de"), strict=True))
    cells = {Cell(video, "land"): value for video, value in values.items()}
    video_columns.write(db, cells, adding=("land",))
    page = open_page("compare", by="land")
    assert page.selectbox(key="by").options == ["land"]
    assert "fr and de are a single video each" in page.markdown[0].value
    assert "1 video has no value in the column 'land'" in said(page, "caption")
    assert "fr: 1 video, 10 frames, 20 s of airtime" in said(page, "caption")


def _field(page, label: str):
    (field,) = [one for one in page.text_input if one.label == label]
    return field


def run_after(page, label: str) -> None:
    button(page, label).click()
    run(page)


@pytest.mark.slow
def test_frozen_frames_are_proposed_left_out_and_taken_in(
    db: Database, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(db, (10, 12), latent=6, every_k=(), layouts=())
    still = {"frozen": [2, 3, 4, 5, 6]}
    monkeypatch.setattr("core.analysis.faulty_frames.faulty_frames", lambda _: still)
    monkeypatch.setattr("core.pipeline.curation.find_faulty.repeats", lambda *_: ())
    page = open_page("library")
    run_after(page, "Look for frames to leave out")
    (job,) = jobs.live(db)
    assert (job.id, job.title) == ("look-faulty", "Frames to leave out")
    assert button(page, "Look for frames to leave out").disabled
    look(db, job.subject, Progress(None))  # as the worker does
    jobs.cancel(db, job.id)
    page = open_page("library")  # also for who comes later
    assert "Frames were looked for today" in said(page, "caption")
    both = [one for one in page.button if one.label == "Leave 5 frames out"]
    assert len(both) == 2
    both[0].click()
    run(page)
    assert list(left_out.every(db).values()) == ["frozen"] * 5
    run_after(page, "Undo: take 5 frames in again")
    assert left_out.every(db) == {}
    run_after(page, "Leave all 10 frames out")
    assert len(left_out.every(db)) == 10
    run_after(page, "Undo: take 10 frames in again")
    assert left_out.every(db) == {}
