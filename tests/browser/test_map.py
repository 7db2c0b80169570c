"""The map by hand in a real browser: selecting, pictures, decoded places, walks, views, keys."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from core.api import map_data
from core.config import RunConfig
from core.records import FrameId, Run
from core.storage import Database, analyses, captions, checkpoints, open_library, results, videos
from core.storage.annotations import views
from models.config import PcaConfig
from models.factory import build
from tests.browser.conftest import put_back
from tests.synthetic import make_run

pytestmark = pytest.mark.browser

READY = ".vab-explorer[data-ready]"
SIZE = PcaConfig(width=80, height=48, latent_size=6)
HOSTILE = "<img src=x onerror=alert(1)>"
VIEW = "document.querySelector('.vab-map').view"
# A place of the map, in the window, with no tool, and no point or pin so near.
_EMPTY = """(apart) => {
  const view = document.querySelector(".vab-map").view;
  const box = view.map.getBoundingClientRect();
  for (let x = 60; x < box.width - 60; x += 9) {
    for (let y = 60; y < Math.min(box.height, innerHeight - box.top) - 60; y += 9) {
      let near = Infinity;
      for (let row = 0; row < view.rows.count; row += 1) {
        const [px, py] = view.pixel(row);
        near = Math.min(near, Math.hypot(px - x, py - y));
      }
      for (const pin of view.pins.kept) {
        const [px, py] = view.pixelOf(pin.x, pin.y);
        near = Math.min(near, Math.hypot(px - x, py - y));
      }
      const at = [box.left + x, box.top + y];
      const bare = !document.elementFromPoint(...at).closest(".vab-tools, .vab-notes, .modebar");
      if (near > apart && bare) return at;
    }
  }
  throw new Error("There is no empty place.");
}"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return open_library(tmp_path_factory.mktemp("map") / "data")


@pytest.fixture(scope="module")
def run(library: Database) -> Run:
    """A run of 24 + 36 frames with a model that decodes, and hostile words in it."""
    made = make_run(library, (24, 36), every_k=(4,), layouts=("pca",), model=SIZE)
    model, generator = build(SIZE), torch.Generator().manual_seed(0)
    coarse = torch.rand((20, 3, 4, 5), generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, (48, 80), mode="bicubic").clamp(0, 1)
    model.prepare((255 * smooth).byte(), generator)
    checkpoints.save_model(results.checkpoint(library, made.id), model, RunConfig(SIZE))
    videos.update(library, "video0", title=HOSTILE)
    for segment in captions.of_video(library, "video0"):
        captions.correct(
            library,
            "video0",
            segment.position,
            text=HOSTILE,
            start_s=segment.start_s,
            end_s=segment.end_s,
        )
    return made


@pytest.fixture
def explore(page: Any, library: Database, run: Run, serve: Callable[[Any], str]) -> Iterator[Any]:
    """The map drawn; whatever is shown, the hostile words ran nowhere."""
    yield from _drawn(page, serve(library.files.folder))


@pytest.fixture(scope="module")
def drawn(standing: Any, library: Database, run: Run, serve: Callable[[Any], str]) -> Iterator[Any]:
    """The same, once for all tests that put back what they did."""
    yield from _drawn(standing, serve(library.files.folder))


@pytest.fixture
def still(drawn: Any) -> Iterator[Any]:
    drawn.bring_to_front()
    drawn.locator(".vab-map").scroll_into_view_if_needed()
    yield drawn
    put_back(drawn)


def _drawn(page: Any, address: str) -> Iterator[Any]:
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(f"{address}/explore?projection=pca&k=4")
    page.wait_for_selector(READY)
    page.locator(".vab-map").scroll_into_view_if_needed()
    yield page
    assert asked == []
    assert page.locator("img[src='x']").count() == 0


def point(page: Any, row: int) -> tuple[float, float]:
    """Where a row's point is in the window."""
    x, y = page.evaluate(
        f"(row) => {{ const view = {VIEW}, box = view.map.getBoundingClientRect();"
        " const [x, y] = view.pixel(row); return [box.left + x, box.top + y]; }",
        row,
    )
    return x, y


def alone(page: Any) -> int:
    """The row of the first video whose point is farthest from every other."""
    places = np.array(
        page.evaluate(f"() => [...{VIEW}.rows.index.keys()].map((row) => {VIEW}.pixel(row))")
    )
    apart = np.hypot(*(places[:24, None] - places).transpose(2, 0, 1))
    apart[apart == 0] = np.inf
    return int(apart.min(1).argmax())


def drag_box(page: Any) -> list[int]:
    """Drag a box over the left half of the map; gives the rows inside."""
    page.get_by_role("button", name="Box").click()
    box = page.locator(".vab-map").bounding_box()
    left, top, middle = box["x"] + 4, box["y"] + 50, box["x"] + box["width"] / 2
    bottom = min(box["y"] + box["height"], 950) - 4
    inside = page.evaluate(
        f"([left, top, right, bottom]) => {{ const view = {VIEW};"
        " const box = view.map.getBoundingClientRect();"
        " return [...view.rows.index.keys()].filter((row) => {"
        " const [x, y] = view.pixel(row).map((p, i) => p + (i ? box.top : box.left));"
        " return x > left && x < right && y > top && y < bottom; }); }",
        [left, top, middle, bottom],
    )
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(middle, bottom, steps=5)
    page.mouse.up()
    return inside


def ids(library: Database, run: Run, rows: list[int]) -> list[FrameId]:
    listed = results.frames(library, run.id)
    return [listed[row] for row in rows]


def test_a_box_selects_greys_the_rest_and_reaches_the_page(
    explore: Any, library: Database, run: Run
) -> None:
    inside = drag_box(explore)
    assert 0 < len(inside) < 60
    explore.get_by_text(f"{len(inside)} of 60 frames selected").wait_for()
    grey = explore.evaluate(f"() => [...{VIEW}.faint].map((one, row) => one ? -1 : row)")
    assert [row for row in grey if row >= 0] == inside
    explore.get_by_role("button", name=f"Tag {len(inside)} frames").wait_for()
    explore.get_by_role("button", name="Export").click()
    explore.get_by_role("combobox", name="Frames").click()
    explore.get_by_role("option", name=f"Selected on the map ({len(inside)} frames)").wait_for()
    explore.keyboard.press("Escape")
    assert "selection=" in explore.url
    explore.reload()
    explore.wait_for_selector(READY)
    assert explore.evaluate(f"() => {VIEW}.selection.rows") == inside
    explore.get_by_label("Clear the selection").click()
    explore.wait_for_url(lambda address: "selection=" not in address)
    assert explore.evaluate(f"() => {VIEW}.faint.some(Boolean)") is False


def test_a_lasso_takes_what_lies_inside_its_line(explore: Any) -> None:
    explore.get_by_role("button", name="Lasso").click()
    x, y = point(explore, 10)
    explore.mouse.move(x - 25, y - 25)
    explore.mouse.down()
    for dx, dy in ((25, -25), (25, 25), (-25, 25), (-25, -20)):
        explore.mouse.move(x + dx, y + dy, steps=6)
    explore.mouse.up()
    explore.locator(".vab-selection").wait_for()
    chosen = explore.evaluate(f"() => {VIEW}.selection.rows")
    assert 10 in chosen
    places = dict(
        enumerate(
            explore.evaluate(f"() => [...{VIEW}.rows.index.keys()].map((row) => {VIEW}.pixel(row))")
        )
    )
    x, y = places[10]
    apart = {row: max(abs(a - x), abs(b - y)) for row, (a, b) in places.items()}
    assert {row for row, far in apart.items() if far < 23} <= set(chosen)
    assert all(apart[row] < 28 for row in chosen)
    explore.wait_for_function(  # what is grey, the page says, and not what Plotly chose last
        f"() => {VIEW}.plot.node._fullData.every((trace) => trace.selectedpoints === undefined)"
    )


def test_points_that_smooth_themselves_are_not_smoothed_again(still: Any) -> None:
    context = f"{VIEW}.plot.node._fullLayout._glcanvas.data()[0].regl._gl"
    assert still.evaluate(f"() => {context}.getContextAttributes().antialias") is False


def test_plotly_comes_with_the_page_and_once(still: Any) -> None:
    scripts = still.evaluate("() => [...document.scripts].map((one) => [one.src, one.async])")
    assert [early for src, early in scripts if "/api/plotly/" in src] == [True]
    html = still.context.request.get(still.url).text()
    assert html.count("/api/plotly/") == 1


def test_pictures_take_the_place_of_dots_and_do_not_overlap(still: Any) -> None:
    still.get_by_role("button", name="Frames", exact=True).click()
    still.wait_for_function(f"() => {VIEW}.tiles.placed.length > 3")
    placed = still.evaluate(f"() => {VIEW}.tiles.placed")
    for i, a in enumerate(placed):
        for b in placed[:i]:
            apart_x = abs(a["x"] + a["width"] / 2 - b["x"] - b["width"] / 2)
            apart_y = abs(a["y"] + a["height"] / 2 - b["y"] - b["height"] / 2)
            assert apart_x >= (a["width"] + b["width"]) / 2 or apart_y >= a["height"]
    still.wait_for_function(
        f"""() => {{
          const view = {VIEW}, canvas = document.querySelector(".vab-tiles");
          const ratio = canvas.width / view.plot.width;
          const {{ x, y, width, height }} = view.tiles.placed[0];
          const [r, g, b, a] = canvas.getContext("2d").getImageData(
            (x + width / 2) * ratio, (y + height / 2) * ratio, 1, 1).data;
          return a === 255 && r + g + b > 0;
        }}"""
    )
    assert f"{len(placed)} pictures" in still.locator(".vab-drawn").inner_text()
    tile = placed[0]
    box = still.locator(".vab-map").bounding_box()
    still.mouse.click(box["x"] + tile["x"] + tile["width"] / 2, box["y"] + tile["y"] + 4)
    frame = still.evaluate(
        f"(row) => `${{{VIEW}.rows.videos[{VIEW}.rows.video[row]]}}:${{{VIEW}.rows.index[row]}}`",
        tile["row"],
    )
    still.wait_for_selector(f".vab-panel[data-complete='{frame}']")
    still.get_by_role("button", name="Dots", exact=True).click()


def test_between_the_points_a_decoded_picture_follows_the_pointer(still: Any) -> None:
    x, y = still.evaluate(_EMPTY, 24)
    still.mouse.move(x - 2, y)
    still.mouse.move(x, y)
    card = still.locator(".vab-place-card")
    card.wait_for(state="visible")
    still.wait_for_selector(".vab-place-card[data-place]")
    first = card.locator("img").first.get_attribute("src")
    assert first.startswith("data:image/webp;base64,")
    assert re.search(r"[\d.]+ times the usual distance", card.inner_text())
    assert "decoded here, no real frame" in card.inner_text()
    place = card.get_attribute("data-place")
    still.mouse.move(x + 6, y + 2)
    still.wait_for_function(
        "(place) => document.querySelector('.vab-place-card').dataset.place !== place", arg=place
    )
    still.mouse.move(*point(still, 10))
    card.wait_for(state="hidden")  # over a frame it is that frame's card
    assert still.locator(".vab-card:visible").get_attribute("data-frame")


def test_a_place_is_pinned_kept_and_in_the_address(explore: Any, library: Database) -> None:
    explore.mouse.click(*explore.evaluate(_EMPTY, 24))
    explore.wait_for_selector(".vab-panel.vab-decoded-there[data-place]")
    panel = explore.locator(".vab-panel")
    assert panel.locator("figcaption").all_inner_texts() == ["decoded", "nearest real frame"]
    assert "times the usual distance between neighbouring frames" in panel.inner_text()
    explore.keyboard.press("k")
    explore.get_by_text("Place A").wait_for()
    explore.wait_for_url(re.compile("pins="))
    place = panel.get_attribute("data-place")
    explore.reload()
    explore.wait_for_selector(READY)
    kept = explore.evaluate(f"() => {VIEW}.pins.kept.map(({{ x, y }}) => `${{x}},${{y}}`)")
    assert kept == [place]
    x, y = explore.evaluate(
        f"() => {{ const view = {VIEW}, box = view.map.getBoundingClientRect();"
        " const [pin] = view.pins.kept, [x, y] = view.pixelOf(pin.x, pin.y);"
        " return [box.left + x, box.top + y]; }"
    )
    explore.mouse.click(x, y)
    explore.get_by_role("button", name="Remove").click()
    explore.wait_for_url(lambda address: "pins=" not in address)


def test_a_walk_shows_nine_decoded_keyframes(still: Any) -> None:
    still.mouse.click(*point(still, 3))
    still.wait_for_selector(".vab-panel[data-complete]")
    still.keyboard.down("Shift")
    still.mouse.click(*still.evaluate(_EMPTY, 24))
    still.keyboard.up("Shift")
    still.wait_for_selector(".vab-walk[data-complete='9']")
    steps = still.locator(".vab-step")
    assert steps.count() == 9
    sources = [image.get_attribute("src") for image in steps.locator("img").all()]
    assert len(set(sources)) >= 4 and sources[0] != sources[-1]  # near steps may have one mode
    assert "0.0 ×" in steps.first.inner_text()  # it begins at a frame
    still.get_by_label("Close the walk").click()
    still.wait_for_selector(".vab-walk", state="hidden")


def test_a_walk_by_keyboard(still: Any) -> None:
    still.locator(".vab-map").focus()
    for key in ("ArrowRight", "Enter", "w", "ArrowDown", "ArrowLeft", "Enter"):
        still.keyboard.press(key)
    still.wait_for_selector(".vab-walk[data-complete='9']")
    still.keyboard.press("Escape")
    still.wait_for_selector(".vab-walk", state="hidden")


def test_the_caption_of_a_walked_to_point_is_spoken(still: Any) -> None:
    still.wait_for_function(f"() => {VIEW}.captions")
    still.locator(".vab-map").focus()
    still.evaluate(f"() => {VIEW}.point(4)")
    still.keyboard.press("ArrowLeft")
    row = still.evaluate(f"() => {VIEW}.pointed")
    caption = still.evaluate(f"() => {VIEW}.captions.caption({VIEW}.pointed)")
    live = still.locator(".vab-live")
    assert row != 4
    assert (caption or "no caption") in live.inner_text()
    assert live.get_attribute("aria-live") == "polite"


def test_zoom_survives_every_rerun(explore: Any) -> None:
    explore.get_by_label("Zoom in").click()
    x, y = explore.evaluate(_EMPTY, 40)
    explore.mouse.move(x, y)
    explore.mouse.down()
    explore.mouse.move(x + 60, y + 30, steps=4)
    explore.mouse.up()
    where = f"() => {VIEW}.plot.ranges.x.concat({VIEW}.plot.ranges.y)"
    before = explore.evaluate(where)
    explore.get_by_label("Colour by").select_option("group")
    explore.wait_for_selector(".vab-explorer[data-ready$=' group']")
    explore.get_by_role("button", name="Export").click()
    explore.keyboard.press("Escape")
    explore.mouse.click(*explore.evaluate(_EMPTY, 24))
    explore.wait_for_selector(".vab-panel.vab-decoded-there")
    assert explore.evaluate(where) == pytest.approx(before)


def test_a_map_zoomed_while_its_size_changes_stays_zoomed(explore: Any) -> None:
    kept = explore.evaluate(
        f"""async () => {{
          const {{ plot }} = {VIEW};
          const [resized, zoomed] = [plot.resize(), plot.zoom(2)];
          await zoomed;
          const near = plot.nearness;
          await resized;
          return plot.nearness / near;
        }}"""
    )
    assert kept == pytest.approx(1)


@pytest.mark.thorough
def test_opening_a_saved_view_moves_the_selection(
    explore: Any, library: Database, run: Run
) -> None:
    views.save(library, "Studio", {"projection": "pca", "k": 4, "selection": "video1:2-5"})
    explore.reload()
    explore.wait_for_selector(READY)
    drag_box(explore)
    explore.wait_for_url(re.compile("selection="))
    explore.get_by_role("button", name="Views").click()
    explore.locator(".st-key-view-open button").click()
    explore.wait_for_function(f"() => {VIEW}.selection.rows.join() === '26,27,28,29'")
    explore.get_by_role("button", name="Tag 4 frames").wait_for()
    views.delete(library, "Studio")


def test_the_map_comes_away_as_svg_and_png(explore: Any, library: Database, run: Run) -> None:
    identifier = analyses.clustering_id(run.id, "kmeans", 4, 0)
    analyses.rename(library, identifier, 1, HOSTILE)
    explore.reload()
    explore.locator(".vab-map-label", has_text="alert").wait_for()
    with explore.expect_download() as download:
        explore.get_by_label("Save the map as SVG").click()
    assert download.value.suggested_filename == f"map-{run.id}.svg"
    drawn = ElementTree.parse(download.value.path()).getroot()  # noqa: S314
    named = "{http://www.w3.org/2000/svg}"
    points = [one for one in drawn.iter(f"{named}path") if one.get("class") == "point"]
    assert len(points) == 60
    fills = {re.search(r"fill: ([^;]+)", point.get("style")).group(1) for point in points}
    assert len(fills) == 4
    said = ["".join(text.itertext()) for text in drawn.iter(f"{named}text")]
    assert f"1 {HOSTILE}" in said  # its label
    assert sum(HOSTILE in words for words in said) == 2  # and the legend
    with explore.expect_download() as download:
        explore.get_by_label("Save the map as PNG").click()
    picture = cv2.imread(str(download.value.path()))
    assert picture.shape[:2] == tuple(2 * int(float(drawn.get(s))) for s in ("height", "width"))
    assert picture.std() > 5
    analyses.rename(library, identifier, 1, "")


def test_hostile_words_stay_words(still: Any) -> None:
    still.wait_for_function(f"() => {VIEW}.captions")
    row = alone(still)
    still.mouse.move(*point(still, row))
    assert HOSTILE in still.locator(".vab-card:visible").inner_text()
    still.mouse.click(*point(still, row))
    still.wait_for_selector(f".vab-panel[data-complete='video0:{row}']")
    panel = still.locator(".vab-panel")
    assert panel.inner_text().count(HOSTILE) >= 2  # title and caption
    still.get_by_role("button", name="Walk from here").click()
    assert HOSTILE in still.locator(".vab-walk").inner_text()


def test_of_too_many_points_a_part_is_drawn_and_said(
    page: Any, library: Database, run: Run, serve: Callable[[Any], str]
) -> None:
    def fewer(route: Any) -> None:
        answer = route.fetch()
        packed = answer.json()
        packed["shown"] = map_data.packed([1, 5, 9, 30, 40, 50], "<i4")
        route.fulfill(response=answer, json=packed)

    page.route("**/stretches?*", fewer)
    page.goto(f"{serve(library.files.folder)}/explore?projection=pca&k=4")
    page.wait_for_selector(READY)
    assert "6 of 60 frames drawn" in page.locator(".vab-drawn").inner_text()
    assert sorted(page.evaluate(f"() => [...{VIEW}.order]")) == [1, 5, 9, 30, 40, 50]
    page.locator(".vab-map").scroll_into_view_if_needed()
    inside = drag_box(page)
    said = page.wait_for_selector(".vab-selection").inner_text()
    drawn = len({1, 5, 9, 30, 40, 50} & set(inside))
    assert f"{len(inside)} of 60 frames selected" in said
    assert f"{drawn} of them drawn" in said
    page.locator(".vab-map").focus()
    for _ in range(6):
        page.keyboard.press("+")
    page.locator(".vab-drawn", has_text="every frame in sight drawn, of 60 frames").wait_for()
    near = page.evaluate(
        f"() => {{ const {{ drawn, plot, places }} = {VIEW}, {{ x, y }} = plot.ranges;"
        " return [[...drawn.rows], [...places.x.keys()].filter((row) => places.x[row] >= x[0]"
        " && places.x[row] <= x[1] && places.y[row] >= y[0] && places.y[row] <= y[1])]; }"
    )
    assert set(near[0]) >= set(near[1])


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.thorough)])
def test_the_map_is_drawn_in_the_colours_of_its_groups(explore: Any, scheme: str) -> None:
    explore.emulate_media(color_scheme=scheme)
    explore.get_by_label("Colour by").select_option("group")
    explore.wait_for_selector(".vab-explorer[data-ready$=' group']")
    row, colour = explore.evaluate(
        f"() => {{ const one = {VIEW}.plot.classes.at(-1); return [one.rows.at(-1), one.colour]; }}"
    )
    x, y = point(explore, row)
    shot = np.frombuffer(explore.screenshot(), np.uint8)
    shown = cv2.imdecode(shot, cv2.IMREAD_COLOR)[round(y), round(x), ::-1]
    assert shown.tolist() == pytest.approx([int(colour[i : i + 2], 16) for i in (1, 3, 5)], abs=3)


def test_two_maps_have_one_pointer_one_selection_and_zooms_of_their_own(
    explore: Any, library: Database, run: Run
) -> None:
    layout = analyses.projections_of(library, run.id)[0].id
    explore.goto(f"{explore.url}&beside={run.id}:{layout}&colour=shared")
    explore.wait_for_selector(".vab-second[data-ready]")
    explore.get_by_text("100 % in all, 25 % by chance").wait_for()
    row = alone(explore)
    explore.mouse.move(*point(explore, row), steps=4)
    explore.wait_for_selector(".vab-second .vab-lit")
    second = f"{VIEW}.twin"
    at = explore.evaluate(
        "() => ['cx', 'cy'].map((name) => Number("
        "document.querySelector('.vab-second .vab-lit').getAttribute(name)))"
    )
    assert at == pytest.approx(explore.evaluate(f"(row) => {second}.pixel(row)", row), abs=1)
    assert explore.locator(".vab-lit").count() == 1
    before = explore.evaluate(f"() => {VIEW}.plot.ranges")
    explore.locator(".vab-second .modebar-btn[data-attr=zoom][data-val=in]").click()
    explore.wait_for_function(f"() => {second}.plot.nearness > 1.5 * {VIEW}.plot.nearness")
    assert explore.evaluate(f"() => {VIEW}.plot.ranges") == before
    explore.evaluate(f"() => {second}.select([0, 1, 2])")
    assert explore.evaluate(f"() => {VIEW}.selection.rows") == [0, 1, 2]
    explore.get_by_role("button", name="Tag 3 frames").wait_for()
