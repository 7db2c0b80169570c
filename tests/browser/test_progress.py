"""What others start is seen on a page that was open before, and again when it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.records import Video
from core.storage import Database, videos

pytestmark = pytest.mark.browser


def test_a_job_begun_elsewhere_comes_to_an_open_page(
    page: Any, db: Database, serve: Callable[[Path], str]
) -> None:
    page.goto(f"{serve(db.files.folder)}/library")
    side_bar = page.get_by_test_id("stSidebar")
    side_bar.get_by_text("Empty: begin here").wait_for()
    videos.add(db, Video("abc", "Evening news", "us", "upload", "a.mp4", "en", state="waiting"))
    job_id = jobs.submit_ingest(db, "abc")
    bar = page.get_by_test_id("stProgress")
    bar.get_by_text("Evening news").wait_for()
    side_bar.get_by_text("1 being read").wait_for()
    jobs.cancel(db, job_id)
    bar.wait_for(state="detached")
