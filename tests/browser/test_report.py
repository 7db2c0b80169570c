"""The report in a real browser without network: it draws, answers the pointer, and stays text."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core import export
from core.pipeline.captions import frame_captions
from core.pipeline.html_report.build import report_html
from core.storage import Database, analyses, captions, open_library, runs, videos
from core.storage.annotations import cluster_marks
from tests.synthetic import make_run

pytestmark = pytest.mark.browser
HOSTILE = "</script><img src=x onerror=alert(1)><b>bold</b> &amp;"
_PLACE = """(row) => {
  const plot = document.getElementById("plot");
  const { xaxis, yaxis } = plot._fullLayout;
  const box = plot.getBoundingClientRect();
  const [{ x, y }] = JSON.parse(document.getElementById("map-data").textContent).figure.data;
  const at = ({ bdata }) => new Float32Array(
    Uint8Array.from(atob(bdata), (letter) => letter.charCodeAt(0)).buffer)[row];
  return [box.left + xaxis._offset + xaxis.l2p(at(x)), box.top + yaxis._offset + yaxis.l2p(at(y))];
}"""
_COLOURS = "() => new Set(document.getElementById('plot').data.map((one) => one.marker.color)).size"

_DRAWN = """() => {
  const canvas = document.querySelector("#hover canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value > 99 && value < 255);
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run in which every word is hostile, written once."""
    folder = tmp_path_factory.mktemp("report")
    with closing(open_library(folder / "data")) as db:
        path = folder / "report.html"
        path.write_bytes(_report(db))
    return path


def _report(db: Database) -> bytes:
    run = make_run(db, (30, 40), latent=6, every_k=(4,), layouts=("pca",))
    videos.update(db, "video0", title=HOSTILE, group=HOSTILE)
    captions.correct(db, "video0", 0, text=HOSTILE, start_s=0, end_s=6)
    runs.update(db, run.id, name=HOSTILE)
    clustering = analyses.clusterings_of(db, run.id)[0]
    for number in range(1, 5):
        cluster_marks.mark(db, clustering.id, number, name=HOSTILE, note=HOSTILE)
    said = {video: frame_captions(db, video) for video in run.video_ids}
    projection = analyses.projections_of(db, run.id)[0]
    rows = export.cluster_rows(db, clustering, projection, said)
    return report_html(db, clustering, projection, rows)


@pytest.fixture
def opened(page: Any, report: Path) -> Any:
    """The report offline, its complaints and requests kept in `page.heard`."""
    page.heard = []
    page.context.set_offline(True)
    page.on("console", lambda message: page.heard.append(message.text))
    page.on("dialog", lambda dialog: page.heard.append(dialog.message))
    page.on("request", lambda asked: page.heard.append(asked.url))
    page.goto(report.as_uri())
    page.wait_for_selector("#plot[data-ready]")
    return page


def test_it_opens_offline_and_hostile_texts_stay_texts(opened: Any, report: Path) -> None:
    asked = [one for one in opened.heard if not one.startswith("data:image/")]
    assert asked == [report.as_uri()]  # no complaint of the policy, no request, no alert
    assert opened.title() == HOSTILE
    assert opened.locator("h1").inner_text() == HOSTILE
    assert opened.locator("img[src='x']").count() == 0
    assert opened.locator("main b", has_text="bold").count() == 0
    assert opened.locator("#legend button").first.inner_text().startswith(HOSTILE)
    broken = "() => [...document.images].filter((one) => !one.naturalWidth).length"
    assert opened.evaluate(broken) == 0


def test_the_pointer_shows_frame_and_words(opened: Any) -> None:
    card = opened.locator("#hover")
    assert card.is_hidden()
    opened.locator("#plot").scroll_into_view_if_needed()
    opened.mouse.move(*opened.evaluate(_PLACE, 1))
    card.wait_for(state="visible")
    if HOSTILE not in card.inner_text():  # another point lay above: walk to the first by key
        opened.locator("#plot").focus()
        opened.keyboard.press("ArrowRight")
    assert HOSTILE in card.inner_text()
    assert card.locator("b").count() == 0
    opened.wait_for_function(_DRAWN)


def test_arrows_walk_and_escape_closes(opened: Any) -> None:
    opened.locator("#plot").focus()
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    assert "0:04" in opened.locator("#hover .where").inner_text()
    opened.keyboard.press("Escape")
    assert opened.locator("#hover").is_hidden()


def test_colours_change_and_one_cluster_is_shown_alone(opened: Any) -> None:
    assert opened.evaluate(_COLOURS) == 4
    opened.get_by_role("button", name="Group").click()
    assert opened.evaluate(_COLOURS) == 2
    opened.get_by_role("button", name="Time").click()
    assert opened.evaluate(_COLOURS) > 10
    opened.locator("#cluster-3 button").click()
    assert opened.evaluate(_COLOURS) == 2  # the cluster's and grey
    assert opened.locator("#legend [aria-pressed=true]").count() == 1


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.thorough)])
def test_nothing_sticks_out_of_a_narrow_window(opened: Any, scheme: str) -> None:
    opened.emulate_media(color_scheme=scheme)
    opened.set_viewport_size({"width": 400, "height": 800})
    assert opened.evaluate("() => document.documentElement.scrollWidth") <= 400
    back = opened.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert back == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 22, 28)")
