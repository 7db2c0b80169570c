"""What follows what: by hand on one video, in a library, and how rates are compared."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.analysis.comparison.rates import compare_rates
from core.analysis.comparison.sequences import Stretch, following, stretches
from core.errors import InvalidSetting
from core.pipeline.comparison.sequences import Query, find_sequences, hit_rows, written
from core.pipeline.search.find_frames import by_sequence
from core.records import FrameId
from core.storage import Database, analyses
from core.storage.annotations import cluster_marks, tags
from tests.synthetic import make_run


def test_a_missing_frame_ends_a_stretch() -> None:
    there = np.array([1, 1, 0, 1, 1], bool)
    index, time_s = np.array([0, 1, 2, 3, 5]), np.array([0.0, 2, 4, 6, 10])
    assert stretches(there, index, time_s, 2.0) == [
        Stretch(0, 1, 0.0, 4.0),
        Stretch(3, 3, 6.0, 8.0),
        Stretch(4, 4, 10.0, 12.0),
    ]


def test_what_follows_begins_later_and_soon_enough() -> None:
    first = [Stretch(0, 0, 0, 2), Stretch(5, 5, 50, 52), Stretch(9, 9, 90, 92)]
    then = [Stretch(2, 2, 22, 24), Stretch(5, 5, 50, 52), Stretch(7, 7, 73, 75)]
    found = following(first, then, 20.0)
    assert [(pair.first.first, pair.then.first) for pair in found] == [(0, 2)]
    assert found[0].gap_s == 20
    assert len(following(first, then, 21.0)) == 2  # 52 + 21 is 73; one at the same time is none


def test_rates_are_sums_over_sums_and_p_tries_every_exchange() -> None:
    amount, base = np.array([9.0, 8, 7, 1, 2, 0]), np.array([2.0, 2, 2, 2, 2, 2])
    group = np.array([0, 0, 0, 1, 1, 1])
    first, second = compare_rates(amount, base, group, ("us", "cn"))
    assert (first.rate, second.rate) == (4.0, 0.5)
    assert first.difference == -second.difference == 3.5
    ways = itertools.combinations(range(6), 3)
    apart = [abs(amount[list(w)].sum() - (27 - amount[list(w)].sum())) / 6 for w in ways]
    assert first.p == np.mean(np.array(apart) >= 3.5 - 1e-9) == 0.1
    assert first.interval is None


def test_videos_without_a_base_say_nothing_and_one_of_a_group_is_not_tested() -> None:
    found = compare_rates(
        np.array([1.0, 2, 3]), np.array([1.0, 0, 1]), np.array([0, 0, 1]), ("a", "b")
    )
    assert [one.videos for one in found] == [1, 1]
    assert found[0].p is None and found[0].rate == 1
    (alone,) = compare_rates(np.ones(6), np.arange(1.0, 7), np.zeros(6, int), ("a",))
    assert alone.difference is None and alone.interval[0] < alone.rate < alone.interval[1]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("expert then street within 20 s", Query("expert", "street", 20)),
        ('"a then b" Then c WITHIN 1.5s', Query("a", 'b" Then c', 1.5)),
        ("now and then", None),
    ],
)
def test_a_query_is_written_with_its_seconds(text: str, query: Query | None) -> None:
    assert written(text) == query


def test_clusters_tags_and_words_are_found_in_a_library(db: Database) -> None:
    run = make_run(db, (24, 24), latent=6, every_k=(3,), layouts=("pca",))
    (clustering,) = analyses.clusterings_of(db, run.id)
    cluster_marks.mark(db, clustering.id, 1, name="Expert")
    tags.add(db, "street", [FrameId("video0", 5), FrameId("video1", 23)])
    found = find_sequences(db, clustering, Query("said:BA.5", "street", 10))
    assert [(hit.first, hit.then.index) for hit in found.hits] == [(FrameId("video0", 3), 5)]
    assert found.first.said == "“BA.5” said" and found.then.said == "the tag “street”"
    assert found.hits[0].start_s == 6.0 and found.hits[0].gap_s == 0  # said until 12 s
    assert [rate.amount for rate in found.per_hour] == [1, 0]
    assert found.followed[0].base == 3  # it is said three times, a line in every 18 s
    assert hit_rows(db, found)[0]["then_frame"] == 5
    named = find_sequences(db, clustering, Query("expert", "cluster 2", 600))
    assert named.first.number == 1 and named.then.number == 2
    shown = by_sequence(db, run, clustering, Query("said:BA.5", "street", 10))
    assert [(one.frame, one.frames) for one in shown.results] == [(FrameId("video0", 3), 3)]


@pytest.mark.parametrize("first", ["cluster 9", "cluster: nobody", "tag:none", "said:", "..."])
def test_what_is_not_there_is_said(db: Database, first: str) -> None:
    run = make_run(db, (24, 24), latent=6, every_k=(3,), layouts=("pca",))
    (clustering,) = analyses.clusterings_of(db, run.id)
    with pytest.raises(InvalidSetting):
        find_sequences(db, clustering, Query(first, "cluster 1"))
    with pytest.raises(InvalidSetting, match="within 0 to 3600 s"):
        find_sequences(db, clustering, Query("cluster 1", "cluster 2", -1))
