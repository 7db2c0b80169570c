"""Naming, colouring, merging and tagging in a real browser: the map follows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from core.records import FrameId, Run
from core.storage import Database, analyses, open_library
from core.storage.annotations import cluster_marks, cluster_merges, tags
from tests.synthetic import make_run

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

READY = ".vab-explorer[data-ready]"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One library, and so one server, for the file; no test leaves what another would trip over."""
    with closing(open_library(tmp_path_factory.mktemp("edits") / "data")) as database:
        yield database


@pytest.fixture(scope="module")
def run(db: Database) -> Run:
    return make_run(db, (24, 36), latent=8, every_k=(4, 8), layouts=("pca",))


@pytest.fixture
def explore(page: Any, db: Database, run: Run, serve: Callable[[Any], str]) -> Any:
    page.goto(f"{serve(db.files.folder)}/explore?projection=pca&k=4")
    page.wait_for_selector(READY)
    return page


def cards(page: Any) -> list[str]:
    page.wait_for_selector(".vab-cluster")  # they follow the map, in spare time
    return [card.get_attribute("data-number") for card in page.locator(".vab-cluster").all()]


def colour_of(page: Any, number: int) -> str:
    card = page.locator(f".vab-cluster[data-number='{number}']")
    return str(card.evaluate("(node) => node.style.getPropertyValue('--vab-colour')"))


def test_merged_clusters_are_one_on_the_map_and_apart_again(
    explore: Any, db: Database, run: Run
) -> None:
    identifier = analyses.clustering_id(run.id, "kmeans", 4, 0)
    assert cards(explore) == ["1", "2", "3", "4"]
    explore.get_by_role("button", name="Edit clusters").click()
    explore.get_by_label("Show as one cluster").click()
    for number in ("2", "4"):
        explore.get_by_role("option", name=number, exact=True).click()
    explore.keyboard.press("Escape")
    explore.get_by_role("button", name="Merge", exact=True).click()
    explore.wait_for_selector(".vab-cluster[data-number='4']", state="detached")
    assert cards(explore) == ["1", "2", "3"]
    assert explore.locator(".vab-map-label").count() == 3
    frames = int((analyses.shown_numbers(db, analyses.clustering(db, identifier)) == 2).sum())
    said = explore.locator(".vab-cluster[data-number='2'] .vab-size").inner_text()
    assert said.startswith(f"{frames} of 60 frames")
    cluster_merges.undo(db, identifier, 1)
    explore.reload()
    explore.wait_for_selector(READY)
    assert cards(explore) == ["1", "2", "3", "4"]


def test_a_hostile_name_and_a_colour_are_shown_as_they_are(
    explore: Any, db: Database, run: Run
) -> None:
    identifier = analyses.clustering_id(run.id, "kmeans", 4, 0)
    cluster_marks.mark(db, identifier, 1, name=HOSTILE, colour="#123456", note=HOSTILE)
    explore.reload()
    explore.wait_for_selector(READY)
    assert colour_of(explore, 1) == "#123456"
    assert HOSTILE in explore.locator(".vab-map-label[data-number='1']").inner_text()
    assert HOSTILE in explore.locator(".vab-legend").inner_text()
    assert explore.locator("img[src='x']").count() == 0
    cluster_marks.mark(db, identifier, 1, name="", colour="", note="")


def test_names_given_one_after_the_other_at_once_are_all_kept(
    explore: Any, db: Database, run: Run
) -> None:
    """While the page is busy with the first, the others come; one is being written."""
    identifier = analyses.clustering_id(run.id, "kmeans", 4, 0)
    cards(explore)
    for number in "123":
        explore.get_by_label(f"Name of cluster {number}").fill(f"name {number}")
    last = explore.get_by_label("Name of cluster 4")
    last.press_sequentially("name")
    explore.wait_for_function(
        "() => document.querySelector('.vab-legend')?.innerText.includes('name 3')"
    )
    last.press_sequentially(" 4")
    last.press("Enter")
    explore.wait_for_function(
        "() => document.querySelector('.vab-legend')?.innerText.includes('name 4')"
    )
    shown = cluster_marks.shown(db, identifier)
    assert [one.mark.name for one in shown] == ["name 1", "name 2", "name 3", "name 4"]
    for number in range(1, 5):
        cluster_marks.mark(db, identifier, number, name="")


def test_a_clicked_frame_is_tagged(explore: Any, db: Database, run: Run) -> None:
    box = explore.locator(".vab-map-label[data-number='1']").bounding_box()
    explore.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20)
    explore.wait_for_selector(".vab-panel[data-complete]")
    frame = explore.locator(".vab-panel").get_attribute("data-frame")
    explore.get_by_role("button", name="Tag 1 frame").click()
    explore.get_by_label("Add tags").fill(HOSTILE)
    explore.keyboard.press("Enter")
    explore.keyboard.press("Escape")
    explore.get_by_role("button", name="Tag", exact=True).click()
    explore.get_by_role("button", name="Undo the tags of 1 frame").wait_for()
    video, index = str(frame).split(":")
    assert tags.of_frame(db, FrameId(video, int(index))) == [HOSTILE]
    assert explore.locator("img[src='x']").count() == 0
