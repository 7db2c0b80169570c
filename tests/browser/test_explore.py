"""The map in a real browser: point, click, walk, choose a cluster, name it, take the table away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.records import Run
from core.storage import Database, analyses, open_library, results
from tests.browser.conftest import put_back
from tests.synthetic import make_run

pytestmark = pytest.mark.browser

READY = ".vab-explorer[data-ready]"
CARD = ".vab-card:visible"
LOADED = ".vab-loaded[src]"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A library with a finished run of 24 + 36 drawn frames, for all tests of this file."""
    return open_library(tmp_path_factory.mktemp("explore") / "data")


@pytest.fixture(scope="module")
def run(library: Database) -> Run:
    return make_run(library, (24, 36), latent=8)


@pytest.fixture
def explore(page: Any, library: Database, run: Run, serve: Callable[[Path], str]) -> Any:
    """The Explore page with its map drawn."""
    page.goto(f"{serve(library.files.folder)}/explore")
    page.wait_for_selector(READY)
    return page


@pytest.fixture(scope="module")
def drawn(standing: Any, library: Database, run: Run, serve: Callable[[Path], str]) -> Any:
    """The same, once for all tests that put back what they did."""
    standing.goto(f"{serve(library.files.folder)}/explore")
    standing.wait_for_selector(READY)
    return standing


@pytest.fixture
def still(drawn: Any) -> Iterator[Any]:
    drawn.bring_to_front()
    yield drawn
    put_back(drawn)


def _clustering(library: Database, run: Run, k: int) -> Any:
    return next(c for c in analyses.clusterings_of(library, run.id) if c.k == k)


def _middle(page: Any, cluster: int) -> tuple[float, float]:
    """A place in the window where a point of a cluster lies: its label stands 20 pixels above."""
    box = page.locator(f".vab-map-label[data-number='{cluster}']").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20


def _open(page: Any, cluster: int) -> str:
    """Click a point of a cluster and wait for the panel; gives the frame's id."""
    page.mouse.click(*_middle(page, cluster))
    page.wait_for_selector(".vab-panel[data-complete]")
    return page.locator(".vab-panel").get_attribute("data-frame")


def test_pointing_shows_the_card_of_that_frame(still: Any, library: Database, run: Run) -> None:
    still.mouse.move(*_middle(still, 1))
    card = still.wait_for_selector(CARD)
    video, index = card.get_attribute("data-frame").split(":")
    both = f"() => document.querySelectorAll('.vab-card {LOADED}').length === 2"
    still.wait_for_function(both)
    sources = still.locator(".vab-card img").evaluate_all("all => all.map(i => i.src)")
    assert sources[0].endswith(f"/api/videos/{video}/frames/{index}.jpg")
    assert f"/api/runs/{run.id}/keyframes/{video}/{index}.jpg" in sources[1]
    said = still.locator(".vab-card").inner_text()
    assert "<b>&" in said  # a title is text, whatever it holds
    assert f"{int(index) * 2 // 60}:{int(index) * 2 % 60:02d}" in said
    box = card.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1500
    assert box["y"] >= 0 and box["y"] + box["height"] <= 950
    still.mouse.move(5, 5)
    still.wait_for_selector(".vab-card", state="hidden")


def test_the_card_has_its_tiles_before_any_full_picture(explore: Any) -> None:
    explore.route("**/frames/*.jpg", lambda route: route.abort())
    explore.route("**/keyframes/**", lambda route: route.abort())
    explore.mouse.move(*_middle(explore, 2))
    explore.wait_for_selector(CARD)
    explore.wait_for_function(
        "() => [...document.querySelectorAll('.vab-card canvas')].every(c => c.width > 0)"
    )
    shown = explore.locator(".vab-card .vab-missing").count()
    assert shown == 0  # the tile is a right picture, only smaller


def test_clicking_opens_the_panel_and_keeps_it_in_the_address(
    explore: Any, library: Database, run: Run
) -> None:
    frame = _open(explore, 1)
    explore.wait_for_url(lambda address: f"frame={frame.replace(':', '%3A')}" in address)
    assert explore.locator(".vab-panel figcaption").all_inner_texts()[:2] == ["frame", "decoded"]
    box = explore.locator(".vab-panel .vab-picture-box").first.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(640 / 360, rel=0.01)
    explore.reload()
    explore.wait_for_selector(f".vab-panel[data-complete='{frame}']")
    explore.get_by_label("Close", exact=True).click()
    explore.wait_for_url(lambda address: "frame=" not in address)


def test_neighbours_are_those_of_the_latent_space_and_can_be_walked(
    still: Any, library: Database, run: Run
) -> None:
    frame = _open(still, 1)
    listed = results.frames(library, run.id)
    row = [str(f) for f in listed].index(frame)
    nearest = [listed[other] for other in results.neighbours(library, run.id)[row]]
    thumbnails = still.locator(".vab-panel .vab-thumbnail img").evaluate_all(
        "all => all.map(i => i.src)"
    )
    expected = [f"/api/videos/{video}/frames/{index}.jpg" for video, index in nearest]
    assert [re.sub(r"^http://[^/]+", "", source) for source in thumbnails] == expected
    still.locator(".vab-panel .vab-thumbnail").nth(2).click()
    still.wait_for_selector(f".vab-panel[data-complete='{nearest[2]}']")


def test_the_video_plays_from_the_moment(still: Any) -> None:
    frame = _open(still, 1)
    video, index = frame.split(":")
    still.get_by_role("button", name="Play from").click()
    player = still.wait_for_selector(".vab-video")
    assert f"/api/videos/{video}/media#t={int(index) * 2}" in player.get_attribute("src")


def test_the_keyboard_walks_opens_and_closes(still: Any) -> None:
    still.locator(".vab-map").focus()
    still.keyboard.press("ArrowRight")
    first = still.wait_for_selector(CARD).get_attribute("data-frame")
    still.keyboard.press("ArrowDown")
    still.wait_for_function(
        "first => document.querySelector('.vab-card').dataset.frame !== first", arg=first
    )
    second = still.locator(".vab-card").get_attribute("data-frame")
    still.keyboard.press("Enter")
    still.wait_for_selector(f".vab-panel[data-frame='{second}']")
    still.keyboard.press("Escape")
    still.wait_for_selector(".vab-panel-empty")


def test_choosing_a_cluster_greys_the_others_and_shows_its_frames(
    still: Any, library: Database, run: Run
) -> None:
    labels = analyses.division(library, _clustering(library, run, 8))["labels"]
    size = int((labels == 1).sum())
    card = still.locator(".vab-cluster[data-number='2']")
    share = round(100 * size / 60)
    assert f"{size} of 60 frames, {share} %" in card.inner_text()
    card.get_by_role("button", name="Show the frames").click()
    still.wait_for_selector(".vab-members")
    assert still.locator(".vab-member").count() == size
    coloured = still.evaluate(
        "() => document.querySelector('.vab-map').view.faint.filter(one => !one).length"
    )
    assert coloured == size
    still.locator(".vab-legend").get_by_text("Show all").click()
    still.wait_for_selector(".vab-members", state="detached")


def test_a_clusters_name_is_kept_and_shown_everywhere(
    explore: Any, library: Database, run: Run
) -> None:
    name = explore.get_by_label("Name of cluster 3")
    name.fill("expert <i>")
    name.press("Enter")
    named = ".vab-map-label[data-number='3']:has-text('3 expert <i>')"
    explore.wait_for_selector(named, state="attached")  # it may have no room
    clustering = _clustering(library, run, 8)
    assert analyses.names(library, clustering.id) == {3: "expert <i>"}
    explore.get_by_label("Name of cluster 3").fill("")
    explore.get_by_label("Name of cluster 3").press("Enter")
    unnamed = ".vab-map-label[data-number='3']:not(:has-text('expert'))"
    explore.wait_for_selector(unnamed, state="attached")


def test_another_k_or_colour_recolours_without_new_positions(explore: Any) -> None:
    asked: list[str] = []
    explore.on("request", lambda request: asked.append(request.url))
    explore.get_by_label("Colour by").select_option("group")
    explore.wait_for_selector(".vab-explorer[data-ready$=' group']")
    assert explore.locator(".vab-chip").count() == 2
    explore.wait_for_url(re.compile("colour=group"))  # a slider that moves meanwhile is forgotten
    explore.get_by_role("slider", name="Clusters").press("ArrowRight")
    explore.wait_for_function("() => document.querySelectorAll('.vab-cluster').length === 9")
    assert not [address for address in asked if "/figures/" in address]
    assert not [address for address in asked if "/rows" in address]
    explore.wait_for_url(re.compile("k=9"))
    explore.reload()
    explore.wait_for_selector(".vab-explorer[data-ready$=' group']")
    assert explore.get_by_label("Colour by").input_value() == "group"


def test_the_view_survives_a_recolouring(still: Any) -> None:
    still.get_by_label("Zoom in").click()
    zoomed = "() => document.querySelector('.vab-map').view.plot.place(0, 0)"
    before = still.evaluate(zoomed)
    still.get_by_label("Colour by").select_option("video")
    still.wait_for_selector(".vab-explorer[data-ready$=' video']")
    assert still.evaluate(zoomed) == pytest.approx(before)
    still.get_by_label("Colour by").select_option("cluster")


def test_the_table_comes_away_with_every_frame(still: Any) -> None:
    still.get_by_role("button", name="Export").click()
    with still.expect_download() as download:
        still.get_by_role("button", name="Cluster CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 60
    assert {row["cluster"] for row in rows} == {str(number) for number in range(1, 9)}
    assert download.value.suggested_filename == "Synthetic-run-kmeans-8.csv"


def test_a_senseless_address_opens_the_map_all_the_same(explore: Any) -> None:
    explore.goto(explore.url.split("?")[0] + "?frame=<b>&k=999&run=none&colour=x")
    explore.wait_for_selector(READY)
    assert explore.locator(".vab-map-label").count() == 8
    assert explore.locator(".vab-panel-empty").count() == 1


def test_a_narrow_window_puts_the_panel_below(explore: Any) -> None:
    explore.set_viewport_size({"width": 620, "height": 900})
    top = explore.locator(".vab-map").bounding_box()
    below = explore.locator(".vab-panel").bounding_box()
    assert below["y"] > top["y"] + top["height"]
    assert explore.evaluate("document.querySelector('.vab-explorer').scrollWidth") <= 620
