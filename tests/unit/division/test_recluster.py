"""An edited clustering beside the one it was made of: kept, named, taken back, told of."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.clustering import title
from core.analysis.reclustering import stretches_of
from core.errors import NotFound
from core.pipeline.division import recluster, recluster_proposals
from core.pipeline.division.carried_names import carry_over
from core.records import Clustering, Run
from core.storage import Database, analyses
from core.storage.annotations import cluster_marks, cluster_merges
from core.storage.progress import Progress
from tests.synthetic import add_clustering, make_run
from tests.unit.division.test_analyse import decoder  # noqa: F401

NOBODY = Progress(None)


@pytest.fixture
def run(db: Database) -> Run:
    return make_run(db, (20, 24), latent=6, every_k=(), layouts=())


@pytest.fixture
def three(db: Database, run: Run) -> Clustering:
    return add_clustering(db, run, 3)


def edited(db: Database, source: Clustering, number: int, parts: int) -> Clustering:
    rows = recluster_proposals.rows_of_cluster(db, source, number)
    written = stretches_of(rows)
    return recluster.recluster(db, source.run_id, source.id, written, parts, NOBODY, number)


@pytest.mark.usefixtures("decoder")
def test_the_original_stays_and_the_edit_says_what_it_is(db: Database, three: Clustering) -> None:
    cluster_marks.mark(db, three.id, 2, name="Studio")
    cluster_marks.mark(db, three.id, 1, name="Street")
    before = analyses.shown_numbers(db, three)
    made = edited(db, three, 2, 2)
    np.testing.assert_array_equal(analyses.shown_numbers(db, three), before)
    after = analyses.shown_numbers(db, made)
    np.testing.assert_array_equal(after[before != 2], before[before != 2])
    assert set(after[before == 2].tolist()) == {2, 4} == set(made.edit["new"])
    frames = int((before == 2).sum())
    assert title(made) == f"K-means, k = 3; then cluster 2 ({frames} frames) into 2"
    assert analyses.names(db, made.id)[1] == "Street"  # carried over: it has the same frames
    names = recluster_proposals.proposed_names(db, made)
    assert set(names) == {2, 4} and all(name.startswith("Studio: ") for name in names.values())
    for number in range(1, 5):
        assert analyses.centre_picture(db, made, number).is_file()
    assert edited(db, three, 2, 2) == made


@pytest.mark.usefixtures("decoder")
def test_an_edit_of_an_edit_tells_both_and_is_taken_back_alone(
    db: Database, three: Clustering
) -> None:
    first = edited(db, three, 1, 2)
    second = edited(db, first, 2, 2)
    assert title(second).count("cluster") == 2 and second.edit["of"] == first.id
    for number in range(1, second.k + 1):
        cluster_marks.mark(db, second.id, number, name="A part")
    for source in (first, three):
        assert carry_over(db, source) == {}  # names of parts do not go back to what was whole
    assert analyses.delete_edited(db, second.id) == second
    assert [one.id for one in analyses.clusterings_of(db, three.run_id)] == [three.id, first.id]
    assert not analyses.clustering_file(db, second).exists()
    with pytest.raises(NotFound, match="only those are taken back"):
        analyses.delete_edited(db, three.id)


@pytest.mark.usefixtures("decoder")
def test_merged_clusters_are_divided_as_the_one_they_are_shown_as(
    db: Database, three: Clustering
) -> None:
    cluster_merges.merge(db, three.id, [1, 3])
    both = int((analyses.shown_numbers(db, three) == 1).sum())
    made = edited(db, three, 1, 2)
    sizes = np.bincount(analyses.shown_numbers(db, made), minlength=4)
    assert made.k == 3 and sizes[list(made.edit["new"])].sum() == both
    assert cluster_merges.every(db, made.id) == []


@pytest.mark.usefixtures("decoder")
def test_of_a_mixture_no_shares_are_left(db: Database, run: Run) -> None:
    made = edited(db, add_clustering(db, run, 3, "gmm"), 1, 2)
    division = analyses.division(db, made)
    assert division["membership"].shape == (44, 0) and np.isnan(division["probability"]).all()
