"""Weights with what analysts write and take away: names carried over, JSON, file names, report."""

from __future__ import annotations

from html import unescape

import numpy as np
import pytest

from core import export
from core.pipeline.captions import frame_captions
from core.pipeline.comparison.compare import compare
from core.pipeline.division import analyse
from core.pipeline.division.carried_names import carry_over
from core.pipeline.html_report.build import gather, report_html
from core.records import Clustering, Run
from core.storage import Database, analyses, videos
from core.storage.annotations import cluster_marks, cluster_merges
from core.storage.progress import Progress
from tests.synthetic import THREE_BLOCKS, make_run

NOBODY = Progress(None)
WEIGHTS = {"content": 0.25, "words": 0.0}


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (12, 15), every_k=(4,), layouts=("pca",), model=THREE_BLOCKS)


@pytest.fixture
def plain(db: Database, run: Run) -> Clustering:
    return analyses.clusterings_of(db, run.id)[0]


@pytest.fixture
def weighed(db: Database, run: Run, black_decoder: list[np.ndarray]) -> Clustering:
    return analyse.cluster(db, run.id, "kmeans", 4, 0, NOBODY, WEIGHTS)


def _rows(db: Database, clustering: Clustering) -> list[dict]:
    said = {video: frame_captions(db, video) for video in ("video0", "video1")}
    return export.cluster_rows(
        db, clustering, analyses.projections_of(db, "synthetic-run")[0], said
    )


def test_names_and_merges_come_over_where_members_agree(
    db: Database, plain: Clustering, weighed: Clustering
) -> None:
    cluster_marks.mark(db, plain.id, 1, name="studio")
    cluster_merges.merge(db, plain.id, [2, 3])
    cluster_marks.mark(db, plain.id, 2, name="both")
    carried = carry_over(db, weighed)
    old, new = analyses.shown_numbers(db, plain), analyses.division(db, weighed)["labels"] + 1
    given = {"studio": 1, "both": 2}
    assert carried
    for number, mark in carried.items():
        of_old, of_new = old == given[mark.name], new == number
        agreement = (of_old & of_new).sum() / (of_old | of_new).sum()
        assert mark.agreement == pytest.approx(agreement)
        assert agreement >= 0.5
    cluster_marks.mark(db, weighed.id, 4, name="own")
    carry_over(db, plain)
    assert cluster_marks.marks(db, plain.id)[1].name == "studio"  # what was written here stays


def test_each_has_its_own_merges_and_comparison(
    db: Database, plain: Clustering, weighed: Clustering
) -> None:
    before = compare(db, plain, NOBODY)
    cluster_merges.merge(db, weighed.id, [1, 2])
    assert len(compare(db, weighed, NOBODY).clusters) == 3
    assert compare(db, plain, NOBODY) == before


def test_files_say_their_weights(
    db: Database, run: Run, plain: Clustering, weighed: Clustering
) -> None:
    assert export.file_stem(run, plain) == "Synthetic-run-kmeans-4"
    assert export.file_stem(run, weighed) == "Synthetic-run-kmeans-4-content-0_25-words-0"
    for clustering in (plain, weighed):
        said = export.run_json(db, clustering, None, _rows(db, clustering))
        assert said["clustering"]["weights"] == clustering.weights
    laid_out = analyse.project(db, run.id, "pca", {"weights": WEIGHTS}, NOBODY)
    page = unescape(report_html(db, weighed, laid_out, _rows(db, weighed)).decode())
    assert "seed 0, weights content=0.25,words=0; numbered by size" in page
    assert "laid out by PCA, weights content=0.25,words=0 for the eye only" in page
    first = analyses.projections_of(db, run.id)[0]
    assert (
        "weights"
        not in report_html(db, plain, first, _rows(db, plain))
        .decode()
        .split('id="method"')[1]
        .split("</section>")[0]
    )


def test_the_reports_shares_are_the_comparisons(db: Database, run: Run, plain: Clustering) -> None:
    videos.update(db, "video1", every_s=0.5)  # a frame of it is a quarter of the other's airtime
    found = compare(db, plain, NOBODY)
    report = gather(db, plain, None, _rows(db, plain))
    assert "of its airtime" in report.clusters_note
    assert [card.number for card in report.clusters] == [1, 2, 3, 4]
    for card in report.clusters:
        cluster = found.cluster(card.number)
        assert card.shares == cluster.shares
    assert report.overall == {group.group: group.overall for group in found.groups}
    assert found.groups[0].overall == pytest.approx(12 * 2 / (12 * 2 + 15 * 0.5))
    assert any(
        card.shares[0].of_cluster != pytest.approx(card.shares[0].frames / card.frames)
        for card in report.clusters
    )


def test_without_a_comparison_the_cards_have_no_shares(
    db: Database, run: Run, plain: Clustering
) -> None:
    videos.update(db, "video1", group="us")
    report = gather(db, plain, None, _rows(db, plain))
    assert [card.shares for card in report.clusters] == [()] * 4
    assert report.comparison is None
    assert "airtime" not in report.clusters_note
