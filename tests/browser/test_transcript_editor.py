"""Transcripts in a real browser: a segment is corrected, split, merged and undone by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.storage import captions, open_library
from tests.synthetic import make_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of two videos with captions."""
    folder = tmp_path_factory.mktemp("transcript") / "data"
    make_run(open_library(folder), (30, 24), every_k=(4,), layouts=("pca",))
    return folder


def test_a_transcript_is_corrected_with_the_keyboard_alone(
    page: Any, library: Path, serve: Callable[[Path], str]
) -> None:
    db = open_library(library)
    before = captions.of_video(db, "video0")
    page.goto(f"{serve(library)}/transcripts?video=video0")
    page.wait_for_selector(".vab-transcript[data-ready]")
    page.locator(".vab-segment").first.focus()

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    def answered(number: int) -> list[str]:
        page.wait_for_selector(f'.vab-transcript[data-ready="{number}"]')
        return [one.text for one in captions.of_video(db, "video0")][:3]

    press("ArrowDown", "Enter", "Control+a")
    page.keyboard.type("mr <b>jones</b> zoe")
    press("Enter")
    assert answered(1)[1] == "mr <b>jones</b> zoe"
    assert page.evaluate("document.activeElement.dataset.position") == "1"
    assert "mr <b>jones</b> zoe" in page.locator(".vab-segment").nth(1).inner_text()
    press("Enter", "Home", *["ArrowRight"] * 3, "Control+Enter")
    assert answered(2)[1:] == ["mr", "<b>jones</b> zoe"]
    press("m")
    assert answered(3)[1] == "mr <b>jones</b> zoe"
    press("Control+z", "z")  # the second waits for the answer to the first
    answered(5)
    page.reload()  # what can be undone is kept
    page.wait_for_selector(".vab-transcript[data-ready]")
    page.locator(".vab-segment").first.focus()
    while captions.changes(db, "video0")[0]:
        number = int(page.locator(".vab-transcript").get_attribute("data-ready"))
        press("z")
        answered(number + 1)
    assert page.get_by_role("button", name="Undo").is_disabled()
    assert captions.of_video(db, "video0") == before
