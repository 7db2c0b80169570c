"""Which clusters keep their names when a division changes: by their members, never by number."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.naming import LEAST_AGREEMENT, Match, matches, side_by_side
from core.records import FrameId

A = np.repeat([1, 2, 3], [40, 30, 30])  # (100,) three clusters


def test_the_same_division_keeps_every_name() -> None:
    assert matches(A, A, {1, 2, 3}) == [Match(n, n, 1.0) for n in (1, 2, 3)]


def test_other_numbers_for_the_same_members_change_nothing() -> None:
    new = np.array([0, 3, 1, 2])[A]
    assert [(m.old, m.new) for m in matches(A, new, {1, 2, 3})] == [(2, 1), (3, 2), (1, 3)]


def test_only_what_is_wanted_is_carried() -> None:
    assert [m.old for m in matches(A, A, {2})] == [2]
    assert matches(A, A, set()) == []
    assert matches(A, A, {7}) == []


def test_with_more_clusters_a_name_goes_to_the_part_that_is_most_of_it() -> None:
    new = A.copy()
    new[:10] = 4  # a quarter of cluster 1 breaks off
    (first, *_) = matches(A, new, {1})
    assert (first.old, first.new) == (1, 1)
    assert first.agreement == pytest.approx(30 / 40)


def test_a_cluster_in_three_equal_parts_loses_its_name() -> None:
    new = A.copy()
    new[40:50], new[50:60], new[60:70] = 4, 5, 6
    assert [m.old for m in matches(A, new, {1, 2, 3})] == [1, 3]


def test_with_fewer_clusters_a_name_stays_only_with_most_of_the_members() -> None:
    new = np.where(A == 3, 2, A)  # two clusters of 30 become one of 60
    assert [(m.old, m.new, m.agreement) for m in matches(A, new, {1, 2, 3})] == [
        (1, 1, 1.0),
        (2, 2, LEAST_AGREEMENT),  # exactly a half of the members: the lower number keeps its name
    ]
    new = np.where(A == 2, 1, A)  # 40 and 30 become 70
    assert [(m.old, m.new) for m in matches(A, new, {1, 2, 3})] == [(1, 1), (3, 3)]


def test_just_below_a_half_is_not_carried() -> None:
    old, new = np.repeat([1, 2], [49, 51]), np.ones(100, int)
    assert [(m.old, m.agreement) for m in matches(old, new, {1, 2})] == [(2, 0.51)]
    assert matches(old, new, {1}) == []


def test_a_weak_overlap_does_not_displace_a_strong_one() -> None:
    """The sum of all overlaps would be larger with the pairs that are too weak to be carried."""
    old = np.array([1] * 60 + [1] * 40 + [2] * 20)
    new = np.array([1] * 60 + [2] * 40 + [1] * 20)
    # 1-1: 60 of 120, 1-2: 40 of 100, 2-1: 20 of 80; the weak two together are 0.65
    assert [(m.old, m.new) for m in matches(old, new, {1, 2})] == [(1, 1)]


def test_against_a_count_of_members_one_by_one() -> None:
    generator = np.random.default_rng(3)
    for _ in range(50):
        old = generator.integers(1, 6, 60)
        new = np.where(generator.random(60) < 0.6, (old + 1) % 5 + 1, generator.integers(1, 8, 60))
        found = {(m.old, m.new): m.agreement for m in matches(old, new, set(range(1, 6)))}
        for a in range(1, 6):
            for b in range(1, 8):
                mine, yours = set(np.flatnonzero(old == a)), set(np.flatnonzero(new == b))
                jaccard = len(mine & yours) / max(1, len(mine | yours))
                if (a, b) in found:
                    assert found[a, b] == pytest.approx(jaccard)
                    assert jaccard >= 0.5
                elif jaccard > 0.5:  # such a pair has no rival
                    pytest.fail(f"{a} and {b} overlap by {jaccard} and were not matched")


def test_merged_clusters_are_one_cluster() -> None:
    old = np.where(A == 2, 1, A)  # as they are shown after merging 2 into 1
    new = np.repeat([2, 1], [70, 30])
    assert [(m.old, m.new) for m in matches(old, new, {1})] == [(1, 2)]


def test_what_is_in_no_cluster_has_no_name() -> None:
    old, new = np.where(A == 3, 0, A), np.where(A == 1, 0, A)
    assert [(m.old, m.new) for m in matches(old, new, {0, 1, 2, 3})] == [(2, 2)]


def test_another_run_with_its_frames_in_another_order() -> None:
    old_frames = [FrameId("us", i) for i in range(100)]
    order = np.random.default_rng(0).permutation(100)
    new_frames = [old_frames[i] for i in order]
    old, new = side_by_side(old_frames, A, new_frames, np.array([0, 2, 3, 1])[A[order]])
    assert [(m.old, m.new, m.agreement) for m in matches(old, new, {1, 2, 3})] == [
        (3, 1, 1.0),
        (1, 2, 1.0),
        (2, 3, 1.0),
    ]


def test_a_run_with_another_video_added_keeps_the_names() -> None:
    old_frames = [FrameId("us", i) for i in range(100)]
    new_frames = old_frames + [FrameId("cn", i) for i in range(100)]
    numbers = np.concatenate([A, np.repeat([1, 4], [30, 70])])
    old, new = side_by_side(old_frames, A, new_frames, numbers)
    assert [(m.old, m.new, m.agreement) for m in matches(old, new, {1, 2, 3})] == [
        (1, 1, 1.0),  # over the frames of us: what cn adds to the cluster does not speak against it
        (2, 2, 1.0),
        (3, 3, 1.0),
    ]


def test_a_cluster_whose_members_are_mostly_unknown_there_is_not_carried() -> None:
    old_frames = [FrameId("us", i) for i in range(100)]
    new_frames = old_frames[:10] + [FrameId("cn", i) for i in range(90)]
    numbers = np.repeat([1, 2], [10, 90])
    old, new = side_by_side(old_frames, A, new_frames, numbers)
    assert matches(old, new, {1}) == []  # 10 of its 40 members are in the other run


def test_nothing_in_common_is_nothing_carried() -> None:
    old, new = side_by_side([FrameId("a", 0)], np.ones(1, int), [FrameId("b", 0)], np.ones(1, int))
    assert matches(old, new, {1}) == []
    assert matches(np.array([], int), np.array([], int), {1}) == []
