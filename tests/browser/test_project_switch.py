"""Two projects in two tabs: each shows its own, and one is opened from the other's side bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.storage import open_library, projects
from tests.synthetic import make_run

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


def test_a_project_is_opened_from_the_side_bar(
    page: Any, data: Path, serve: Callable[[Path], str]
) -> None:
    db = open_library(data)
    make_run(db, (9, 12), latent=6, every_k=(3,), layouts=("pca",))
    projects.make(data, "Pilot & more")
    db.close()
    address = serve(data)
    page.goto(f"{address}/explore?projection=pca&k=3")
    page.wait_for_selector(".vab-explorer[data-ready]")
    page.get_by_test_id("stSidebar").get_by_test_id("stPopoverButton").first.click()
    page.get_by_role("link", name="Pilot & more").click()
    page.get_by_text("add the videos of each side here").wait_for()
    assert "project=pilot-more" in page.url
    page.get_by_role("link", name="Explore", exact=True).click()
    page.get_by_text("There is nothing to explore yet").wait_for()
    other = page.context.new_page()
    other.goto(f"{address}/explore?project=first&projection=pca&k=3")
    other.wait_for_selector(".vab-explorer[data-ready]")
    other.close()
    page.reload()
    page.get_by_text("There is nothing to explore yet").wait_for()
    assert "project=pilot-more" in page.url
