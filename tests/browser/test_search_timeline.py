"""Searching, and the timeline, in a real browser: what is clicked moves the map and the player."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from core.records import Caption
from core.storage import captions, open_library
from tests.synthetic import make_run

pytestmark = pytest.mark.browser
_HOSTILE = 'mask & **bold** <img src=x onerror="window.hurt=1">'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a run on two videos; one caption of the first is hostile."""
    folder = tmp_path_factory.mktemp("search") / "data"
    db = open_library(folder)
    make_run(db, (30, 24), every_k=(4,), layouts=("pca",))
    segments = captions.of_video(db, "video0")
    segments[1] = Caption("video0", 1, segments[1].start_s, segments[1].end_s, _HOSTILE)
    captions.replace(db, "video0", segments, origin="uploaded", timed=True, language="en")
    return folder


@pytest.fixture
def address(library: Path, serve: Callable[[Path], str]) -> str:
    return f"{serve(library)}/explore?projection=pca&k=4&find={quote('mask')}"


def _open(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".vab-timeline[data-ready]")
    page.wait_for_selector(".vab-explorer[data-ready]")


def test_a_result_opens_its_frame_and_marks_its_words(page: Any, address: str) -> None:
    _open(page, address)
    cards = page.locator(".vab-found-card")
    cards.first.wait_for()
    assert cards.nth(0).locator("mark").all_inner_texts() == ["mask"]
    assert _HOSTILE in cards.nth(0).inner_text()
    assert page.evaluate("window.hurt") is None
    cards.nth(1).focus()
    page.keyboard.press("Enter")
    frame = cards.nth(1).get_attribute("data-frame")
    page.wait_for_selector(f'.vab-panel[data-frame="{frame}"]')
    page.wait_for_selector(f'.vab-found-card[data-frame="{frame}"][aria-pressed="true"]')
    page.wait_for_function("frame => new URL(location).searchParams.get('frame') === frame",
                           arg=frame)  # fmt: skip


def test_a_strip_shows_frames_and_moves_map_and_player(page: Any, address: str) -> None:
    _open(page, address)
    page.locator(".vab-found-card").first.wait_for()  # what lies above the strips
    track = page.locator(".vab-timeline-track").first
    width = track.bounding_box()["width"]
    track.hover(position={"x": width / 2, "y": 11})
    card = page.locator(".vab-timeline-card")
    card.wait_for()
    assert card.get_attribute("data-frame") == "video0:15"
    assert "Cluster" in card.inner_text()
    track.click(position={"x": width / 2, "y": 11})
    page.wait_for_selector('.vab-panel[data-frame="video0:15"]')
    page.locator(".vab-timeline-play").first.click()
    player = ".vab-timeline-player video"
    page.wait_for_function(f"document.querySelector('{player}')?.currentTime >= 29.9")
    track.click(position={"x": width / 4, "y": 11})
    page.wait_for_selector('.vab-panel[data-frame="video0:7"]')
    page.wait_for_function(f"document.querySelector('{player}').currentTime < 17")
    page.locator(".vab-timeline-close").click()
    assert page.locator(player).count() == 0


@pytest.mark.thorough
def test_a_strip_is_walked_with_the_keys(page: Any, address: str) -> None:
    _open(page, address)
    page.wait_for_selector(".vab-timeline[data-shots]")
    track = page.locator(".vab-timeline-track").first
    track.focus()
    page.keyboard.press("ArrowRight")
    assert track.get_attribute("aria-valuenow") == "2"
    page.keyboard.press("PageDown")  # the next of the six scenes that were drawn
    assert track.get_attribute("aria-valuenow") == "10"
    assert track.get_attribute("aria-valuetext").startswith("0:10, Cluster")
    page.keyboard.press("Enter")
    page.wait_for_selector('.vab-panel[data-frame="video0:5"]')
    page.keyboard.press("Escape")
    page.locator(".vab-timeline-card").wait_for(state="hidden")


@pytest.mark.thorough
def test_strips_fit_a_narrow_window(page: Any, address: str) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    _open(page, address)
    for track in page.locator(".vab-timeline-track").all():
        box = track.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 420
        assert box["width"] > 300
