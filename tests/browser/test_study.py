"""A whole study on a drawn corpus with known differences, from titles left out to the rebuilt
package: in the browser what people do there, by the commands what they would do in bulk."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.pipeline.coding.intruder_task import trial
from core.pipeline.comparison.compare import compare_clusters
from core.records import Category, Clustering, FrameId, Run
from core.storage import Database, analyses, cuts, open_library, video_columns
from core.storage.coding import categories, intruders, samples
from core.storage.video_columns import Cell
from core.video.shots import Shots
from tests.synthetic import add_clustering, make_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.thorough]

GROUPS = ("us", "us", "cn", "in", "us", "in", "cn", "in", "us", "in", "cn", "cn")
FRAMES = 12  # of each video: six scenes of two frames
TYPED = 6  # frames that are coded by hand


def scene(frame: FrameId) -> int:
    """As tests.synthetic draws it: four scenes, each video beginning with another."""
    return (frame.index * 6 // FRAMES + int(frame.video_id.removeprefix("video"))) % 4


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = open_library(tmp_path_factory.mktemp("study") / "data")
    yield db
    db.close()


@pytest.fixture(scope="module")
def study(library: Database) -> tuple[Run, Clustering]:
    """Twelve videos of three groups with two columns, titles left out, divided into four."""
    run = make_run(library, (FRAMES,) * 12, GROUPS, latent=8, every_k=(), layouts=("pca",))
    cells = {}
    for place, video_id in enumerate(run.video_ids):
        cells[Cell(video_id, "aired")] = f"2022-0{1 + place % 3}-1{place % 10}"
        cells[Cell(video_id, "country")] = "home" if place % 2 else "abroad"
        watched = Shots(0.0, 24.0, 24, [4.0, 8.0], list(range(24)), [50.0] * 24, [20.0] * 24)
        cuts.write(library, video_id, asdict(watched))
    video_columns.write(library, cells, adding=("aired", "country"))
    titles = [f"{video_id}:0" for video_id in run.video_ids]
    data = ["--data", str(library.files.folder)]
    assert main(["leave", "out", *titles, "--why", "titles", *data]) == 0
    return run, add_clustering(library, run, 4)


def test_a_study_is_made_in_the_browser_and_made_again_from_its_package(
    page: Any,
    library: Database,
    study: tuple[Run, Clustering],
    serve: Callable[[Path], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run, clustering = study
    page.set_default_timeout(90_000)  # of one step, while others use the processors
    data = ["--data", str(library.files.folder)]
    address = serve(library.files.folder)
    _code(page, address, library, tmp_path, data)
    _validate(page, address, library, clustering)
    _compare(page, address, library, clustering)
    package = tmp_path / "study.zip"
    assert main(["export", run.id, "--package", str(package), *data]) == 0
    capsys.readouterr()
    assert main(["reproduce", str(package), "--data", str(tmp_path / "again")]) == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert last.endswith("Nothing differs.")
    for table in ("frames", "video_clusters", "comparison", "codings", "shots", "looked_at"):
        assert f"table {table}" in last


def _press(page: Any, key: str) -> None:
    """Once the page stands still: until then its buttons may not have their keys yet."""
    page.wait_for_load_state("networkidle")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.keyboard.press(key)


def _code(page: Any, address: str, db: Database, folder: Path, data: list[str]) -> None:
    """Sixty frames by two people: the first ones with keys, the rest from tables.

    Ann gives each category 30 times; Bo says otherwise in 6 frames, 3 of each. Observed
    disagreement 6 / 60, expected 2 * 60 * 60 / (120 * 119): alpha is 1 - 0.1 / 0.5042 = 0.80.
    """
    for name in ("studio", "other"):
        categories.add(db, Category("", name))
    assert main(["coding", "sample", "s", "--size", "60", *data]) == 0
    frames = samples.get(db, "s").frames
    ann = ["studio" if place % 2 == 0 else "other" for place in range(60)]
    page.goto(f"{address}/coding?section=Code+frames&coder=Ann&sample=s")
    for place in range(TYPED):
        page.get_by_text(f"Ann has coded {place} of 60 frames").wait_for()
        _press(page, "1" if ann[place] == "studio" else "2")
    page.get_by_text(f"Ann has coded {TYPED} of 60 frames").wait_for()
    typed = {one.frame: one.category for one in samples.codings_of(db, "s", "Ann")}
    known = {one.id: one.name for one in categories.every(db)}
    assert [known[typed[frame]] for frame in frames[:TYPED]] == ann[:TYPED]
    other = {"studio": "other", "other": "studio"}
    bo = [other[name] if place < 6 else name for place, name in enumerate(ann)]
    for coder, given in (("Ann", ann), ("Bo", bo)):
        path = folder / f"{coder}.csv"
        with path.open("w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(("coder", "video_id", "frame_index", "category"))
            rows.writerows((coder, *frame, name) for frame, name in zip(frames, given, strict=True))
        assert main(["coding", "import", "s", str(path), *data]) == 0
    page.goto(f"{address}/coding?section=Agreement&sample=s")
    page.get_by_text("60 of 60").wait_for()
    shown = page.locator('[data-testid="stMetricValue"]').all_inner_texts()
    assert shown == ["0.80", "90 %", "60 of 60"]


def _validate(page: Any, address: str, db: Database, clustering: Clustering) -> None:
    """One person finds the intruder in each of the four clusters."""
    page.goto(f"{address}/coding?section=Test+clusters&coder=Cy&k=4")
    for number in range(4):
        page.get_by_text(f"{number} answer{'' if number == 1 else 's'} of Cy so far.").wait_for()
        asked = trial(db, clustering, "Cy", number)
        odd = [scene(frame) for frame in asked.frames]
        _press(page, str(1 + next(p for p, one in enumerate(odd) if odd.count(one) == 1)))
    page.get_by_text("4 answers of Cy so far.").wait_for()
    assert [one.found for one in intruders.every(db, clustering.id)] == [True] * 4


def _compare(page: Any, address: str, db: Database, clustering: Clustering) -> None:
    """The page says what was left out and tried; every share is the one counted by hand."""
    page.goto(
        f"{address}/compare?k=4&over=aired,+month&sequence=cluster+1+then+cluster+2+within+9+s"
    )
    page.get_by_text("12 frames were left out by the analyst").wait_for()
    page.get_by_text("the groups differ (PERMANOVA over 12 videos").wait_for()
    page.get_by_text("videos of a group at one time; here are 2 at most").wait_for()
    page.get_by_text("What was looked at:").wait_for()
    assert page.locator('[data-testid="stException"]').count() == 0
    kept = [FrameId(f"video{v}", index) for v in range(12) for index in range(1, FRAMES)]
    labels = analyses.division(db, clustering)["labels"]
    for cluster in compare_clusters(db, clustering).clusters:
        row = int((labels == cluster.number - 1).argmax())
        own = scene(FrameId(f"video{row // FRAMES}", row % FRAMES))
        for share in cluster.shares:
            of = [f for f in kept if GROUPS[int(f.video_id.removeprefix("video"))] == share.group]
            assert share.share == pytest.approx(sum(scene(f) == own for f in of) / len(of))
