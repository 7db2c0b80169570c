"""A filter of frames: every figure of the comparison is of what passes, and says so."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from core.__main__ import main
from core.errors import InvalidSetting
from core.export import cluster_rows
from core.pipeline.captions import frame_captions
from core.pipeline.comparison.compare import compare, material
from core.pipeline.comparison.editing import editing
from core.pipeline.comparison.over_time import over_time
from core.pipeline.comparison.sequences import Query, find_sequences
from core.pipeline.curation.only import Only, only_where
from core.pipeline.html_report.build import report_html
from core.records import Clustering, FrameId, Run
from core.storage import Database, analyses, cuts, left_out
from core.storage.progress import Progress
from core.video.shots import Shots, seen_shots
from tests.kept_comparison import stored
from tests.synthetic import make_run

WHERE = "time < 12"  # of frames 2 s apart the first six of each video


@pytest.fixture
def run(db: Database) -> Run:
    sizes, groups = (12, 15, 9, 12), ("us", "us", "cn", "cn")
    return make_run(db, sizes, groups, latent=6, every_k=(4,), layouts=("pca",))


@pytest.fixture
def clustering(db: Database, run: Run) -> Clustering:
    return analyses.clusterings_of(db, run.id)[0]


@pytest.fixture
def only(db: Database, run: Run, clustering: Clustering) -> Only:
    found = only_where(db, run, clustering, WHERE)
    assert found is not None
    return found


def test_figures_are_of_the_frames_that_pass(
    db: Database, clustering: Clustering, only: Only
) -> None:
    assert len(only.frames) == 4 * 6
    whole = compare(db, clustering, Progress(None))
    part = compare(db, clustering, Progress(None), only=only)
    assert [total.frames for total in whole.groups] == [27, 21]
    assert [total.frames for total in part.groups] == [12, 12]
    assert (part.where, whole.where) == (WHERE, "")
    assert stored(db, clustering) == whole
    assert stored(db, clustering, only=only) == part
    course, _ = over_time(db, clustering, only=only)
    assert course.seconds.sum() == pytest.approx(4 * 12)
    first = clustering.k and material(db, clustering).numbers[0]
    query = Query(f"cluster {first}", f"cluster {first}", 20)
    hits = find_sequences(db, clustering, query, only=only).hits
    assert all(hit.start_s < 12 for hit in hits)


def test_nothing_that_passes_is_said(db: Database, run: Run, clustering: Clustering) -> None:
    with pytest.raises(InvalidSetting):
        only_where(db, run, clustering, "time > 1000")
    left_out.add(db, [FrameId("video0", 0)], "title")
    with pytest.raises(InvalidSetting):
        compare(db, clustering, Progress(None), only=Only("x", frozenset([FrameId("video0", 0)])))


def test_shots_of_a_part_are_worked_out_by_hand() -> None:
    shots = Shots(
        0.0, 8.0, 80, [1.5, 4.0, 6.5], list(range(8)), [float(s) for s in range(8)], [0.0] * 8
    )
    whole = seen_shots(shots, [0, 2, 4, 6], [True] * 4)
    assert (whole.length_s, whole.shots, whole.cuts_s) == (8.0, 4, shots.cuts_s)
    part = seen_shots(shots, [0, 2, 4, 6], [True, False, True, True])
    assert part.stretches == ((0.0, 1.0), (3.0, 8.0))
    assert (part.length_s, part.cuts_s, part.seconds) == (6.0, [4.0, 6.5], [0, 3, 4, 5, 6, 7])
    assert part.lengths.tolist() == [1.0, 1.0, 2.5, 1.5]
    assert (part.shots, part.between(0.5, 3.5)) == (4, 1.0)


def test_cuts_are_of_what_is_not_left_out(db: Database, run: Run, only: Only) -> None:
    for video_id in run.video_ids:
        seconds = list(range(12))
        shots = Shots(0.0, 24.0, 240, [1.0, 5.0, 20.0], seconds, [50.0] * 12, [20.0] * 12)
        cuts.write(db, video_id, asdict(shots))
    (per_minute, _) = editing(db, run).rates["cuts_per_minute"]
    left_out.add(db, [FrameId(video_id, 0) for video_id in run.video_ids], "titles")
    (without, _) = editing(db, run).rates["cuts_per_minute"]
    assert per_minute.rate == pytest.approx(3 / (24 / 60))
    assert without.rate == pytest.approx(3 / (23 / 60))  # up to 1 s, where the first cut is
    (part, _) = editing(db, run, only=only).rates["cuts_per_minute"]
    assert part.rate == pytest.approx(2 / (10 / 60))  # from 1 s to 11 s
    (clustering,) = analyses.clusterings_of(db, run.id)
    said = {video_id: frame_captions(db, video_id) for video_id in run.video_ids}
    rows = cluster_rows(db, clustering, None, said)
    page = report_html(db, clustering, None, rows, only=only).decode()
    assert "Cuts a minute" in page and "only frames where time &lt; 12" in page


def test_tables_and_packages_are_of_what_passes(
    db: Database,
    run: Run,
    only: Only,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filtered = ["--where", WHERE]
    assert main(["export", run.id, "--tables", str(tmp_path), *filtered]) == 0
    rows = list(csv.DictReader((tmp_path / "frames.csv").open(encoding="utf-8-sig")))
    assert len(rows) == len(only.frames)
    package = tmp_path / "f.zip"
    assert main(["export", run.id, "--package", str(package), *filtered]) == 0
    capsys.readouterr()
    assert main(["reproduce", str(package), "--data", str(tmp_path / "again")]) == 0
    assert capsys.readouterr().out.strip().endswith("Nothing differs.")
    for words in (["--over", "course"], []):
        assert main(["compare", run.id, "--json", *words, *filtered]) == 0
        assert json.loads(capsys.readouterr().out)
    assert main(["looked", "--json"]) == 0
    details = {row["detail"] for row in json.loads(capsys.readouterr().out)}
    assert {WHERE, f"course, where {WHERE}"} <= details
