"""An analyst's first day on the real news: add, train, name, compare, decode, export."""

from __future__ import annotations

import contextlib
import csv
from pathlib import Path
from typing import Any

import av
import pytest

from core.export import COLUMNS
from tests.conftest import NEWS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]

NAME = "The expert"
STUDIO, STREET, EXPERT = 0, 4, 24  # frames of us.mp4, by us.labels.csv
END_S = {"us": 60, "cn": 84}  # what is taken of each video
US, CN = 31, 43  # its frames
LONG_MS = 600_000  # for a job on a busy machine
SETTINGS = {  # small and short: this is about the way, not about the pictures
    "Picture width": 80,
    "Picture height": 48,
    "Appearance size": 32,
    "Channels": 8,
    "Feature maps": 4,
    "Steps": 30,
    "Batch size": 64,
}


def test_two_news_videos_become_a_map_and_a_table(
    server: str, page: Any, real: Path, tmp_path: Path
) -> None:
    us, cn = (beginning(real / "news", group, tmp_path) for group in NEWS)
    page.set_default_timeout(60_000)
    page.goto(server)
    add(page, [us[0], cn[0]], [us[1], cn[1]])
    page.get_by_text(f"{US} frames, one per 2 s").wait_for(timeout=LONG_MS)
    page.get_by_text(f"{CN} frames, one per 2 s").wait_for(timeout=LONG_MS)
    for said in ("25 caption segments, English", "10 caption segments, Chinese"):
        assert page.get_by_text(said).is_visible()

    page.get_by_text("In progress").wait_for(state="hidden", timeout=LONG_MS)
    onward = page.get_by_role("button", name="Explore the PCA map now")
    playwright.expect(onward).to_have_count(1)  # while the page is redrawn, the old one stays
    onward.click()
    drawn(page)
    choose_projection(page, "PCA")
    page.get_by_role("button", name="Figures", exact=True).click()
    page.get_by_text(f"{US + CN} frames of 2 videos").wait_for()
    page.keyboard.press("Escape")
    open_frame(page, row=60)
    assert page.locator(".vab-panel .vab-thumbnail").count() == 8

    train(page)
    page.get_by_role("link", name="Open in Explore").click()
    drawn(page)
    page.locator(".vab-cluster").nth(7).wait_for()
    page.get_by_role("slider", name="Clusters (k)").press("ArrowLeft")
    page.locator(".vab-cluster").nth(7).wait_for(state="detached")
    assert page.locator(".vab-cluster").count() == 7
    first = page.locator(".vab-cluster").first
    assert 2 <= first.locator(".vab-pair img").count() <= 4  # its decoded modes and a real frame

    expert = open_frame(page, row_of(page, "us", EXPERT))
    name_its_cluster(page)
    find_what_only_one_has(page)
    walk(page, row_of(page, "us", STUDIO), row_of(page, "us", STREET))

    rows = downloaded(page, tmp_path)
    assert len(rows) == US + CN
    named = {f"{row['video_id']}:{row['frame_index']}": row["cluster_name"] for row in rows}
    assert named[expert] == NAME
    assert {row["cluster"] for row in rows} == {str(number) for number in range(1, 8)}
    assert sum(bool(row["caption"]) for row in rows) > 0.95 * (US + CN)
    assert {row["group"] for row in rows} == {"us", "cn"}
    assert sum(row["group"] == "us" for row in rows) == US


def beginning(news: Path, group: str, folder: Path) -> tuple[Path, Path]:
    """The packets and cues of a group's video that begin before its END_S."""
    film, text, end_s = news / f"{group}.mp4", news / NEWS[group], END_S[group]
    short = folder / film.name
    with av.open(film) as whole, av.open(short, "w") as out:
        streams = {s.index: out.add_stream_from_template(s) for s in whole.streams}
        for packet in whole.demux():
            if packet.dts is not None and packet.dts * packet.time_base < end_s:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    said = text.read_text("utf-8").strip().split("\n\n")
    begun = [part for part in said if "-->" not in part or _begin_s(part) < end_s]
    (folder / text.name).write_text("\n\n".join(begun), "utf-8")
    return short, folder / text.name


def _begin_s(cue: str) -> float:
    (times,) = (line for line in cue.splitlines() if "-->" in line)
    hours, minutes, seconds = times.split(" --> ")[0].replace(",", ".").split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)


def add(page: Any, videos: list[Path], captions: list[Path]) -> None:
    """Upload videos with their captions, each to a group of its name, and see them being read."""
    page.get_by_role("tab", name="Upload files").click()
    for label, files in (("Video files", videos), ("Caption files (optional)", captions)):
        box = page.get_by_test_id("stFileUploader").filter(has_text=label)
        with page.expect_file_chooser() as choosing:
            box.get_by_test_id("stFileUploaderDropzone").locator("button").click()
        choosing.value.set_files(files)
        box.get_by_text(files[-1].name).wait_for()
    for place, (video, text) in enumerate(zip(videos, captions, strict=True)):
        chosen = page.get_by_role("combobox", name="Captions", exact=True).nth(place)
        playwright.expect(chosen).to_have_value(text.name)  # found by its name
        group = page.get_by_role("combobox", name="Its group").nth(place)
        group.fill(video.stem)
        page.get_by_role("option", name=f"Add: {video.stem}").click()
        playwright.expect(group).to_have_value(video.stem)
    page.get_by_role("button", name="Add these files").click()
    page.get_by_text("2 videos added; reading begins now.").wait_for()
    page.get_by_text("In progress").wait_for()


def drawn(page: Any) -> None:
    """Wait for the map."""
    page.wait_for_selector(".vab-explorer[data-ready]", timeout=LONG_MS)


def choose_projection(page: Any, name: str) -> None:
    page.get_by_role("combobox", name="Projection").click()
    page.get_by_role("option", name=name, exact=True).click()
    page.wait_for_url("**/explore?**projection=pca**")
    assert "frame=" not in page.url, "the click was on the list, not on the map below it"
    drawn(page)


def hover(page: Any, row: int) -> str:
    """Point at a frame's place on the map; gives the id that the card names."""
    page.locator(".vab-map").scroll_into_view_if_needed()
    x, y = page.locator(".vab-map").evaluate(
        """({ view }, row) => {
            view.plot.reveal(row);
            const box = view.map.getBoundingClientRect(), [x, y] = view.pixel(row);
            return [box.left + x, box.top + y];
        }""",
        row,
    )
    page.mouse.move(x, y)
    card = page.locator(".vab-card")
    card.wait_for(state="visible")
    assert card.locator("img").count() == 2  # the frame and what is decoded from its latent
    return card.get_attribute("data-frame")


def row_of(page: Any, group: str, index: int) -> int:
    """The row of the frame of that index in the only video of a group."""
    return page.locator(".vab-map").evaluate(
        """({ view }, [group, index]) => [...view.rows.index.keys()].find(
            (row) => view.videoOf(row).group === group && view.rows.index[row] === index)""",
        [group, index],
    )


def open_frame(page: Any, row: int) -> str:
    """Click a row's point, or the frame above it; again where the map moved under the pointer."""
    for patience_ms in (15_000, 60_000):
        frame = hover(page, row=row)
        page.mouse.down()
        page.mouse.up()
        with contextlib.suppress(playwright.TimeoutError):
            page.wait_for_selector(f".vab-panel[data-complete='{frame}']", timeout=patience_ms)
            return frame
    raise AssertionError(f"a click on row {row} did not open {frame}")


def name_its_cluster(page: Any) -> None:
    """Name the cluster of the open frame on its card, and read the words that mark it."""
    page.get_by_role("button", name="Show this cluster's frames").click()
    card = page.locator(".vab-cluster.vab-chosen")
    field = card.get_by_role("textbox")
    field.fill(NAME)
    field.press("Enter")
    page.locator(".vab-map-label", has_text=NAME).wait_for()  # kept, and on the map
    card.get_by_text("words that mark it").wait_for()
    said = card.locator(".vab-mark").or_(card.get_by_text("No word is said here clearly more"))
    said.first.wait_for()


def find_what_only_one_has(page: Any) -> None:
    """On Compare: two videos are described, not tested; what only cn shows is there decoded."""
    page.get_by_role("link", name="Compare").first.click()
    page.get_by_text("group and video cannot be told apart").wait_for()
    only = page.locator(".compare-exclusive section", has_text="cn").first
    only.locator("img").first.wait_for(timeout=LONG_MS)  # decoded by a job
    assert page.get_by_text(NAME).first.is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Comparison CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert any(row["kind"] == "exclusive" and row["kind_of_group"] == "cn" for row in rows)
    page.get_by_role("link", name="Explore").first.click()
    drawn(page)


def walk(page: Any, start: int, end: int) -> None:
    """Nine decoded keyframes from one frame to another, by way of what lies between."""
    open_frame(page, start)
    hover(page, end)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.up()
    page.keyboard.up("Shift")
    page.locator(".vab-walk[data-complete='9']").wait_for()
    steps = page.locator(".vab-step")
    sources = [image.get_attribute("src") for image in steps.locator("img").all()]
    assert len(set(sources)) >= 4 and sources[0] != sources[-1]  # near steps may have one mode
    assert "0.0 ×" in steps.first.inner_text()
    assert "0.0 ×" not in steps.nth(4).inner_text()  # the middle is no real frame
    page.keyboard.press("Escape")


def train(page: Any) -> None:
    """Train `affinity` on both videos, small and short, and watch it to its end."""
    page.get_by_role("link", name="Train").first.click()
    page.get_by_text("Advanced settings").click()
    for label, value in SETTINGS.items():
        fill(page, page.get_by_role("spinbutton", name=label), str(value))
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("Training", exact=True).first.wait_for()
    page.get_by_role("link", name="Open in Explore").wait_for(timeout=LONG_MS)


def fill(page: Any, field: Any, value: str) -> None:
    """Fill a field until it stays so: a drawing of the page may take it away meanwhile."""
    for _ in range(6):
        with contextlib.suppress(playwright.Error, AssertionError):
            field.fill(value, timeout=10_000)
            field.press("Enter", timeout=10_000)
            page.locator("[data-test-script-state='notRunning']").first.wait_for()
            playwright.expect(field).to_have_value(value)
            return
    seen = field.input_value() if field.is_visible() else "hidden"
    raise AssertionError(f"the field does not stay {value}: it is {seen}")


def downloaded(page: Any, folder: Path) -> list[dict[str, str]]:
    """The rows of the cluster CSV that the button gives."""
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Cluster CSV").click()
    download.value.save_as(folder / "clusters.csv")
    with (folder / "clusters.csv").open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        named = tuple(reader.fieldnames or ())
        assert named[: len(COLUMNS)] == COLUMNS  # where videos are from follows
        return list(reader)
