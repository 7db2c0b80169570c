"""Groups may be any column of the videos: figures, files, report and command say the same."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.errors import InvalidSetting
from core.pipeline.comparison.centres import places
from core.pipeline.comparison.compare import compare, identifier, material, nearest_frames
from core.pipeline.comparison.difference_map import difference_map
from core.pipeline.html_report.build import gather
from core.records import Clustering, Run
from core.storage import Database, analyses, results, video_columns
from core.storage.progress import Progress
from core.storage.video_columns import Cell
from tests.kept_comparison import stored
from tests.synthetic import make_run

NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    """Four videos; by country the first and last are of one side, and the third has no value."""
    made = make_run(
        db, (12, 15, 9, 12), ("us", "us", "cn", "cn"), latent=6, every_k=(4,), layouts=("pca",)
    )
    values = {"video0": "fr", "video1": "de", "video3": "fr"}
    cells = {Cell(video, "country"): value for video, value in values.items()}
    video_columns.write(db, cells, adding=("country",))
    return made


@pytest.fixture
def clustering(db: Database, run: Run) -> Clustering:
    return analyses.clusterings_of(db, run.id)[0]


def test_the_shares_are_of_the_columns_values(
    db: Database, run: Run, clustering: Clustering
) -> None:
    by_group = compare(db, clustering, NOBODY)
    found = compare(db, clustering, NOBODY, "country")
    assert [(g.group, g.videos, g.frames) for g in found.groups] == [("fr", 2, 24), ("de", 1, 15)]
    assert (found.by, found.without_value) == ("country", 1)
    labels = analyses.division(db, clustering)["labels"]
    for cluster in found.clusters:
        own = int((labels[np.r_[:12, 36:48]] == cluster.number - 1).sum())
        assert cluster.of("fr").frames == own
    assert stored(db, clustering, "country") == found != by_group == stored(db, clustering)
    assert identifier(db, clustering, "country") == found.id != by_group.id
    video_columns.write(db, {Cell("video2", "country"): "de"})
    assert stored(db, clustering, "country") is None
    with pytest.raises(InvalidSetting, match="column 'genre'"):
        compare(db, clustering, NOBODY, "genre")


def test_pictures_are_of_the_frames_that_are_compared(
    db: Database, run: Run, clustering: Clustering
) -> None:
    found, latents = material(db, clustering, "country"), results.latents(db, run.id)
    labels = analyses.division(db, clustering)["labels"]
    means = replace(run, model="of means")
    for (number, place), (at, _) in places(means, latents, found, ["fr", "de"]).items():
        rows = np.r_[:12, 36:48] if place == 0 else np.r_[12:27]
        own = latents[rows[labels[rows] == number - 1]]
        assert np.allclose(at, own.mean(axis=0))
    shown = {frame.video_id for frame in nearest_frames(db, clustering, "country").values()}
    assert "video2" not in shown
    layout = analyses.projections_of(db, run.id)[0]
    drawn = difference_map(db, layout, "fr", "de", "country")
    assert drawn is not None and drawn.every == 39


def test_command_and_report_say_what_was_compared(
    db: Database, run: Run, clustering: Clustering, tmp_path: Path, capsys
) -> None:
    assert main(["compare", run.id, "--by", "country", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {(row["compared_by"], row["group"]) for row in listed} == {
        ("country", "fr"),
        ("country", "de"),
    }
    assert main(["compare", run.id, "--by", "country"]) == 0
    assert "1 video has no value in the column 'country'" in capsys.readouterr().err
    assert main(["export", run.id, "--by", "country", "--json", str(tmp_path / "f.json")]) == 1
    capsys.readouterr()
    table = tmp_path / "frames.csv"
    assert main(["export", run.id, "--clusters", str(table)]) == 0
    with table.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {(row["video_id"], row["video_country"]) for row in rows} == {
        ("video0", "fr"),
        ("video1", "de"),
        ("video2", ""),
        ("video3", "fr"),
    }
    report = gather(db, clustering, None, [{**r, **_numbers(r)} for r in rows], "country")
    assert [line.name for line in report.groups] == ["fr", "de", "(no value)"]
    assert report.comparison.by == "country"
    assert "Compared by the videos' column 'country'." in report.sentences


def _numbers(row: dict[str, str]) -> dict[str, float]:
    return {name: float(row[name]) for name in ("time_s", "distance")} | {
        name: int(row[name]) for name in ("frame_index", "cluster")
    }
