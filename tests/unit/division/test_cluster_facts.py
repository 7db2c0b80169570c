"""What the cluster cards are filled with, by the route that the browser asks."""

from __future__ import annotations

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api.routes import routes
from core.pipeline.division import cluster_parts as cluster_parts_module
from core.pipeline.division.cluster_facts import facts, shown_shares
from core.pipeline.division.cluster_parts import cluster_parts
from core.pipeline.division.sweep import make_sweep
from core.records import Clustering, Run, ShownCluster
from core.storage import Database, analyses, captions
from core.storage.annotations import cluster_marks, cluster_merges
from core.storage.progress import Progress
from tests.synthetic import add_clustering, make_run


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (18, 22), latent=6, every_k=(4,), layouts=())


@pytest.fixture
def four(db: Database, run: Run) -> Clustering:
    return analyses.clusterings_of(db, run.id)[0]


def test_the_nearest_frames_are_the_clusters_own_and_in_order(
    db: Database, run: Run, four: Clustering
) -> None:
    division = analyses.division(db, four)
    for one in facts(db, four).clusters:
        rows = list(one.nearest)
        assert (division["labels"][rows] == one.number - 1).all()
        assert rows[0] == division["nearest"][one.number - 1]
        assert (np.diff(division["distance"][rows]) >= 0).all()


def test_words_are_counted_again_when_a_caption_is_another(
    db: Database, run: Run, four: Clustering
) -> None:
    before = facts(db, four)
    assert sum(one.segments for one in before.clusters) == before.captions > 0
    said = captions.of_video(db, "video0")
    for segment in said:
        when = {"start_s": segment.start_s, "end_s": segment.end_s}
        text = "zebra zebra" if segment.position % 2 else "giraffe giraffe"
        captions.correct(db, "video0", segment.position, text=text, **when)
    again = facts(db, four)
    told = {mark.word for one in again.clusters for mark in one.words}
    assert told != {mark.word for one in before.clusters for mark in one.words}
    assert told <= {"zebra", "giraffe"} | {
        mark.word for one in before.clusters for mark in one.words
    }


def test_merged_clusters_are_one_card(db: Database, run: Run, four: Clustering) -> None:
    cluster_merges.merge(db, four.id, [1, 3])
    found = facts(db, four)
    assert [one.number for one in found.clusters] == [1, 2, 4]
    labels = analyses.division(db, four)["labels"]
    assert found.clusters[0].time is not None
    assert found.clusters[0].time.frames == np.isin(labels, [0, 2]).sum()


def test_a_mixture_says_which_frames_are_between_which_clusters(db: Database, run: Run) -> None:
    mixture = add_clustering(db, run, 4, "gmm")
    membership = analyses.division(db, mixture)["membership"]
    expected = int((membership.max(axis=1) < 0.9).sum())
    found = facts(db, mixture)
    assert found.between_count == expected == sum(one.between or 0 for one in found.clusters)
    shares = [frame.shares[0] for frame in found.between]
    assert shares == sorted(shares)
    for frame in found.between:
        assert frame.shares[0] == pytest.approx(membership[frame.row].max())
        assert frame.clusters[0] == membership[frame.row].argmax() + 1


def test_shares_of_merged_clusters_add_up() -> None:
    division = {"membership": np.array([[0.5, 0.2, 0.3]], np.float32)}
    blank = cluster_marks.ClusterMark()
    shown = [ShownCluster(1, (1, 3), blank), ShownCluster(2, (2,), blank)]
    np.testing.assert_allclose(shown_shares(division, shown), [[0.8, 0.2]])
    assert shown_shares({}, shown) is None


def test_the_route_answers_for_every_method(db: Database, run: Run, four: Clustering) -> None:
    make_sweep(db, run.id, Progress(None))
    client = TestClient(Starlette(routes=routes(lambda _: db)))
    dense = add_clustering(db, run, 0, "hdbscan", smallest=4)
    outside = int((analyses.division(db, dense)["labels"] < 0).sum())
    for clustering in (four, add_clustering(db, run, 4, "gmm"), dense):
        answer = client.get(f"/api/runs/{run.id}/clusterings/{clustering.id}/cards")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        said = answer.json()
        assert len(said["clusters"]) == clustering.k
        robust = {one["robust"] for one in said["clusters"]}
        assert (None in robust) == (clustering.method != "kmeans")
        assert len(said["outside"]) == (outside if clustering is dense else 0)
    assert client.get(f"/api/runs/other/clusterings/{four.id}/cards").status_code == 404
    assert client.get(f"/api/runs/{run.id}/clusterings/none/cards").status_code == 404


def test_parts_are_within_their_clusters_kept_and_named(
    db: Database, run: Run, four: Clustering, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = cluster_parts(db, four)
    numbers = analyses.shown_numbers(db, four)
    for number, words in parts.words.items():
        own = parts.of_frame[numbers == number]
        assert len(words) == (own.max() if own.any() else 0)
    monkeypatch.setattr("core.pipeline.division.cluster_parts.subclusters", None)  # kept: not asked
    cluster_parts_module._parts.cache_clear()
    np.testing.assert_array_equal(cluster_parts(db, four).of_frame, parts.of_frame)
