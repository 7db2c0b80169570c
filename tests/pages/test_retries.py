"""The library says what failed and when it is tried again; one button tries all of it now."""

from __future__ import annotations

import time

from core import jobs
from core.format import day_and_time
from core.records import Video
from core.storage import Database, videos
from core.video.youtube import runtime
from pages.parts.videos import missing_parts
from tests.pages.conftest import button, run, said

LATER = time.time() + 7200
REFUSAL = {"sentence": "Refused.", "details": "Sign in to confirm <b>", "attempts": 1}


def _video(db: Database, identifier: str, **facts) -> None:
    fixed = (identifier, identifier, "us", "youtube", "https://x", "en")
    videos.add(db, Video(*fixed, **facts))


def _captions(page) -> str:
    return "\n".join(one.value for one in page.caption)


def test_a_failed_video_shows_details_and_the_time(open_page, db) -> None:
    _video(db, "v1", state="failed", message="Refused.", retry_at=LATER, refusal=REFUSAL)
    page = open_page("library")
    assert said(page, "error") == "Refused."
    assert f"Goes on by itself {day_and_time(LATER)}" in _captions(page)
    assert [one.label for one in page.expander if one.label == "Details"] == ["Details"]
    assert "Sign in to confirm <b>" in [one.value for one in page.text]


def test_all_that_failed_is_tried_again_at_once(open_page, db) -> None:
    _video(db, "v1", state="failed", message="Refused.", retry_at=LATER, refusal=REFUSAL)
    _video(db, "v2", state="failed", message="Unreadable.")
    _video(db, "v3", state="ready", frames=3, refusal=REFUSAL)  # its captions
    _video(db, "v4", state="ready", frames=3)
    page = open_page("library")
    button(page, "Try captions again")
    button(page, "Try the 3 failed ones again").click()
    run(page)
    assert sorted(job.subject for job in jobs.every(db)) == ["v1", "v2", "v3"]
    states = {video.id: (video.state, video.retry_at) for video in videos.every(db)}
    assert states["v1"] == ("waiting", None)
    assert states["v3"] == ("ready", None)
    assert videos.get(db, "v1").refusal["attempts"] == 0


def test_nothing_is_said_where_nothing_failed(open_page, db) -> None:
    _video(db, "v4", state="ready", frames=3)
    page = open_page("library")
    assert not [one for one in page.button if "again" in one.label.split()]


def test_parts_that_are_missing_are_said_with_the_line_that_mends(
    open_page, db, monkeypatch
) -> None:
    monkeypatch.setattr(runtime, "shortcomings", lambda: ["JavaScript runtime: Deno is missing."])
    missing_parts._asked.cache_clear()
    try:
        missing_parts._asked()
        while "said" not in missing_parts._asked():
            time.sleep(0.01)
        page = open_page("library")
        assert "Deno is missing" in said(page, "warning")
        assert [one.value for one in page.code] == [runtime.MEND]
    finally:
        missing_parts._asked.cache_clear()
