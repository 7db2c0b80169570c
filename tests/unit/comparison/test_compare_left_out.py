"""Frames in no cluster: left out of every figure of a comparison, counted, and said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import export
from core.__main__ import main
from core.analysis.comparison import sentence
from core.analysis.comparison.airtime import airtime
from core.analysis.comparison.rows import compare_groups, totals
from core.errors import InvalidSetting
from core.pipeline.captions import frame_captions
from core.pipeline.comparison.centres import places
from core.pipeline.comparison.compare import compare, material
from core.pipeline.comparison.marking_words import VideoLabels, WordCounts
from core.pipeline.html_report.build import report_html
from core.pipeline.plots.run_plots import run_plots
from core.records import Caption, Clustering, Run
from core.storage import Database, analyses, results, runs
from core.storage.annotations import cluster_merges
from core.storage.progress import Progress
from tests.kept_comparison import stored
from tests.left_out import leave_out
from tests.synthetic import make_run

NOBODY = Progress(None)
LEFT = [0, 1, 2, 3, 4, 30, 31]  # rows: five frames of us, two of cn


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(
        db, (12, 15, 9, 12), ("us", "us", "cn", "cn"), latent=6, every_k=(4,), layouts=("pca",)
    )


@pytest.fixture
def clustering(db: Database, run: Run) -> Clustering:
    made = analyses.clusterings_of(db, run.id)[0]
    leave_out(db, made, LEFT)
    return made


def test_airtime_is_of_the_frames_that_are_in_a_cluster() -> None:
    labels = np.array([0, 0, -1, 1, -1, -1, 0, 1])
    found = airtime(labels, np.repeat([0, 1], 4), [2.0, 1.0], ["us", "cn"], 2)
    assert found.frames.tolist() == [[2, 1], [1, 1]]
    assert found.seconds.tolist() == [[4, 2], [1, 1]]
    us, cn = totals(found)
    assert (us.frames, us.airtime_s, us.left_out) == (3, 6.0, 1)
    assert (cn.frames, cn.airtime_s, cn.left_out) == (2, 2.0, 2)
    assert us.overall == pytest.approx(6 / 8)
    assert compare_groups(found)[0].of("us").share == pytest.approx(4 / 6)
    assert sentence.left_out([us, cn]) == (
        "3 of 8 frames are in no cluster and left out of every figure (us 1 of 4, cn 2 of 4); "
        "shares are of the rest."
    )
    assert sentence.left_out(totals(airtime(abs(labels), *_rest()))) == ""


def _rest() -> tuple[np.ndarray, list[float], list[str], int]:
    return np.repeat([0, 1], 4), [2.0, 1.0], ["us", "cn"], 2


def test_the_comparison_counts_the_others_only(
    db: Database, run: Run, clustering: Clustering
) -> None:
    found = compare(db, clustering, NOBODY)
    assert stored(db, clustering) == found
    assert [(g.frames, g.left_out) for g in found.groups] == [(22, 5), (19, 2)]
    labels = analyses.division(db, clustering)["labels"]
    for cluster in found.clusters:
        assert cluster.frames == int((labels == cluster.number - 1).sum())
        us = int((labels[:27] == cluster.number - 1).sum())
        assert cluster.of("us").share == pytest.approx(us / 22)
    assert sum(cluster.frames for cluster in found.clusters) == 48 - len(LEFT)
    latents = results.latents(db, run.id)
    own = runs.get(db, clustering.run_id)
    shown = places(replace(own, model="pure-cvae"), latents, material(db, clustering), ["us", "cn"])
    for (number, _), (centre, _share) in shown.items():
        row = int(np.abs(latents - centre).sum(axis=1).argmin())
        assert labels[row] == number - 1


def test_merged_clusters_do_not_take_them_in(db: Database, clustering: Clustering) -> None:
    cluster_merges.merge(db, clustering.id, [1, 4])
    found = compare(db, clustering, NOBODY)
    labels = analyses.division(db, clustering)["labels"]
    assert found.cluster(1).frames == int(np.isin(labels, [0, 3]).sum())
    assert sum(group.left_out for group in found.groups) == len(LEFT)


def test_where_no_frame_is_in_a_cluster_that_is_said(
    db: Database, run: Run, clustering: Clustering
) -> None:
    leave_out(db, clustering, range(run.frames))
    with pytest.raises(InvalidSetting, match="No frame is in a cluster here"):
        compare(db, clustering, NOBODY)


def test_a_group_all_of_whose_frames_are_left_out(
    db: Database, run: Run, clustering: Clustering
) -> None:
    leave_out(db, clustering, range(27))
    found = compare(db, clustering, NOBODY)
    assert [(g.frames, g.overall) for g in found.groups] == [
        (0, 0.0),
        (19, 1.0),
    ]
    assert sentence.summary(found.groups, found.clusters, {})


def test_words_said_over_frames_in_no_cluster_are_not_counted() -> None:
    said = [Caption("v", i, 2.0 * i, 2.0 * i + 2, "masks help") for i in range(6)]
    labels = np.array([0, 0, 1, -1, -1, 1])
    counts = WordCounts([VideoLabels("us", "en", np.arange(6) * 2.0, labels, said)])
    assert counts.segments == 4


def test_the_command_the_report_and_the_plots_say_it(
    db: Database, run: Run, clustering: Clustering, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", run.id, "--data", str(data)]) == 0
    said = "7 of 48 frames are in no cluster and left out of every figure (us 5 of 27, cn 2 of 21)"
    assert said in capsys.readouterr().err
    captions = {video: frame_captions(db, video) for video in run.video_ids}
    projection = analyses.projections_of(db, run.id)[0]
    rows = export.cluster_rows(db, clustering, projection, captions)
    assert [row for row, line in enumerate(rows) if line["cluster"] == 0] == LEFT
    page = report_html(db, clustering, projection, rows).decode()
    assert said in page
    figures = run_plots(db, clustering, projection, rows)
    drawn = figures["map-pca-clusters"].axes[0]
    assert "no cluster (7 frames)" in [kind.get_label() for kind in drawn.collections]
    assert "0" not in [note.get_text() for note in drawn.texts]
