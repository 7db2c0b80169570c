"""What is different between two sets of frames: who is in them, words, groups, a table."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from core.__main__ import main
from core.analysis.comparison.two_sets import blocks_of, contrast
from core.errors import InvalidSetting
from core.pipeline.comparison.difference import Difference, difference, set_modes
from core.pipeline.comparison.difference_table import difference_rows
from core.records import Clustering, FrameId, Run
from core.storage import Database, analyses, left_out
from core.storage.annotations import cluster_marks, selections
from tests.synthetic import add_clustering, make_run

FIRST_TEN, LAST_TEN = "frames:video0:0-9", "frames:video0:10-19"


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (20, 24), latent=6, every_k=(), layouts=())


@pytest.fixture
def three(db: Database, run: Run) -> Clustering:
    return add_clustering(db, run, 3)


def measure(found: Difference, name: str):
    (one,) = [one for one in (*found.groups, *found.measures) if one.name == name]
    return one.contrast


def test_frames_that_follow_each_other_count_as_few() -> None:
    drawn = np.random.default_rng(0)
    values = np.repeat(drawn.normal(0, 1, 12), 10) + drawn.normal(0, 0.01, 120)  # ten alike
    alike, apart = np.repeat(np.arange(12), 10), np.arange(120)
    wide, narrow = (contrast(values, values, (of, of)).first.interval for of in (alike, apart))
    assert wide and narrow and wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])
    assert wide[0] < values.mean() < wide[1]


def test_the_difference_of_unlike_sets_leaves_out_zero_and_of_like_ones_does_not() -> None:
    drawn = np.random.default_rng(1)
    blocks = np.arange(60) // 5
    low, high = drawn.normal(0, 1, 60), drawn.normal(5, 1, 60)
    apart = contrast(high, low, (blocks, blocks)).difference
    assert apart.value == pytest.approx(high.mean() - low.mean()) and apart.interval[0] > 3
    like = contrast(low, drawn.normal(0, 1, 60), (blocks, blocks)).difference.interval
    assert like[0] < 0 < like[1]


def test_two_blocks_bear_no_interval() -> None:
    found = contrast(np.ones(20), np.zeros(60), (np.arange(20) // 10, np.arange(60) // 10))
    assert found.first.interval is None and found.difference.interval is None
    assert found.second.interval == (0, 0) and found.difference.value == 1
    numbers = blocks_of(np.array([0, 0, 0, 1]), np.array([9, 10, 19, 10]))
    assert numbers.tolist() == [0, 1, 1, 2]


def test_halves_of_a_video_differ_in_when_and_what_is_said(db: Database, three: Clustering) -> None:
    found = difference(db, three, FIRST_TEN, LAST_TEN)
    assert (found.first.frames, found.second.frames, found.both) == (10, 10, 0)
    assert found.first.airtime_s == 20 and found.first.stretches == 1 and found.first.videos == 1
    assert measure(found, "us").first.value == 1 and measure(found, "cn").second.value == 0
    when = measure(found, "place in the video")
    assert when.first.value == pytest.approx(4.5 / 19) and when.difference.value < 0
    assert measure(found, "length of a stretch").first.value == 20
    assert found.first.captions + found.second.captions == 6
    assert found.first.rows.tolist() == list(range(10)) and found.first.nearest in range(10)


def test_light_is_that_of_the_pictures(db: Database, three: Clustering) -> None:
    found = measure(difference(db, three, "frames:video0:0-19", "rest"), "brightness")
    assert 0.1 < found.first.value < 0.9 and 0.1 < found.second.value < 0.9
    for path in db.files.frames("video1").glob("*.jpg"):
        path.unlink()
    left = difference(db, three, "frames:video0:0-19", "rest")
    assert [one.name for one in left.measures] == ["place in the video", "length of a stretch"]


def test_a_set_within_the_other_stands_against_the_rest_of_it(
    db: Database, three: Clustering
) -> None:
    within = difference(db, three, FIRST_TEN, "frames:video0:0-19")
    assert (within.first.frames, within.second.frames, within.both) == (10, 10, 0)
    assert within.second.name == "the selection, the rest of it"
    crossing = difference(db, three, "frames:video0:0-9", "frames:video0:8-14")
    assert (crossing.first.frames, crossing.second.frames, crossing.both) == (8, 5, 2)


def test_names_selections_and_what_is_left_out(db: Database, three: Clustering) -> None:
    cluster_marks.mark(db, three.id, 2, name="Studio")
    kept = [FrameId("video1", index) for index in range(5)]
    selections.save(db, "~ mine", kept)
    left_out.add(db, kept[:2], "titles")
    found = difference(db, three, "cluster:2", "selection:~ mine")
    assert found.first.name.startswith("2 Studio") and found.second.name.startswith("~ mine")
    labels = analyses.division(db, three)["labels"]
    assert found.first.frames + found.both + found.second.frames >= 3
    rest = difference(db, three, "cluster:1", "rest")
    assert rest.second.name == "all other frames"
    assert rest.first.frames + rest.second.frames == len(labels) - 2


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("cluster:1", "cluster:1", "Both are the same"),
        ("cluster:9", "rest", "no cluster 9"),
        ("all", "rest", "'all' is no set of frames"),
        ("frames:video0", "rest", "'video0' was given"),
        ("frames:other:3", "rest", "No frame of this run"),
        (FIRST_TEN, "frames:video0:0-4,5-9", "the same frames"),
    ],
)
def test_what_cannot_be_compared_is_said(
    db: Database, three: Clustering, first: str, second: str, sentence: str
) -> None:
    with pytest.raises(InvalidSetting, match=sentence):
        difference(db, three, first, second)


def test_what_stands_for_a_set_lies_among_its_frames(db: Database, three: Clustering) -> None:
    modes = set_modes(db, three, "frames:video0:0-9", "rest")
    assert 0 < sum(mode.share for mode in modes) <= 1 + 1e-9
    assert all(mode.place.shape == (6,) for mode in modes)


def test_the_command_writes_the_table(
    db: Database, three: Clustering, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.csv"
    assert main(["difference", three.run_id, "1", "rest", "--csv", str(path)]) == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    expected = difference_rows(difference(db, three, "cluster:1", "rest"))
    assert [row["item"] for row in rows] == [row["item"] for row in expected]
    size = next(row for row in rows if row["item"] == "frames")
    assert int(size["first"]) + int(size["second"]) == 44
    assert main(["difference", three.run_id, "1", "video0:0-3", "--json"]) == 0
    assert "brightness" in capsys.readouterr().out
