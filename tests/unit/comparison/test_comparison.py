"""Airtime, shares and effects of a comparison, worked out by hand and against scipy."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import stats

from core.analysis.comparison import sentence
from core.analysis.comparison.airtime import (
    Airtime,
    airtime,
    kind_of,
    log_odds_ratio,
    share_ratio,
    shares,
)
from core.analysis.comparison.rows import compare_groups, totals
from core.format import percent


def test_a_densely_sampled_video_does_not_count_twice() -> None:
    # Both videos show 20 s of cluster 1 and 20 s of cluster 2; the second has a frame a second.
    labels = np.repeat([0, 1, 0, 1], [10, 10, 20, 20])
    video = np.repeat([0, 1], [20, 40])
    found = airtime(labels, video, [2.0, 1.0], ["us", "cn"], 2)
    assert found.seconds.tolist() == [[20, 20], [20, 20]]
    assert found.frames.tolist() == [[10, 10], [20, 20]]
    rows = compare_groups(found)
    assert [share.share for row in rows for share in row.shares] == [0.5] * 4
    assert [share.of_cluster for row in rows for share in row.shares] == [0.5] * 4
    assert rows[0].of("cn").frames == 20
    assert totals(found)[1].overall == 0.5


def test_the_published_reading() -> None:
    # 109 frames of us and 378 of cn: 22.4 % in all; the US expert's cluster had 73 % us.
    labels = np.repeat([0, 1, 0, 1], [30, 79, 11, 367])
    found = airtime(labels, np.repeat([0, 1], [109, 378]), [2.0, 2.0], ["us", "cn"], 2)
    us, cn = totals(found)
    assert round(100 * us.overall, 1) == 22.4
    assert (us.frames, cn.frames, us.airtime_s) == (109, 378, 218.0)
    expert = compare_groups(found)[0]
    assert expert.of("us").of_cluster == pytest.approx(30 / 41)
    assert expert.of("us").share == pytest.approx(30 / 109)
    assert expert.of("us").difference == pytest.approx(30 / 109 - 11 / 378)


def test_the_odds_ratio_is_scipys_of_the_table_with_half_a_frame_in_each_cell() -> None:
    own, others = np.array([30.0, 79.0]), np.array([0.0, 378.0])
    ratio = log_odds_ratio(own, others, step_s=1.0)
    # Twice the table with a half in each cell is whole numbers, which scipy asks for.
    table = np.array([[30, 79], [0, 378]]) * 2 + 1
    expected = stats.contingency.odds_ratio(table, kind="sample").statistic
    assert ratio[0] == pytest.approx(np.log(expected))
    assert ratio[1] == pytest.approx(-ratio[0])
    seconds = log_odds_ratio(2 * own, 2 * others, step_s=2.0)  # the same frames, of 2 s each
    assert seconds == pytest.approx(ratio)
    assert share_ratio(own, others, 1.0)[0] == pytest.approx((30.5 / 110) / (0.5 / 379))


def test_shares_of_nothing_are_nothing() -> None:
    assert shares(np.array([[0.0, 0.0], [1.0, 3.0]])).tolist() == [[0, 0], [0.25, 0.75]]


@pytest.mark.parametrize(
    ("frames", "share", "kind"),
    [
        ((10, 30), (0.1, 0.1), ("shared", None)),
        ((10, 30), (0.1, 0.3), ("shared", None)),  # three times
        ((10, 30), (0.1, 0.31), ("leaning", 1)),
        ((1, 30), (0.1, 0.1), ("leaning", 0)),  # one frame may have slipped in
        ((30, 0), (0.4, 0.0), ("exclusive", 0)),
        ((30, 1), (0.4, 0.01), ("exclusive", 0)),
        ((9, 9, 9), (0.1, 0.1, 0.25), ("shared", None)),
        ((9, 9, 0), (0.1, 0.1, 0.0), ("leaning", 0)),
        ((0, 0), (0.0, 0.0), ("empty", None)),
    ],
)
def test_what_is_shared_and_what_is_not(frames, share, kind) -> None:
    assert kind_of(np.array(frames), np.array(share)) == kind


def test_a_single_video_in_a_group_is_never_tested() -> None:
    labels = np.tile([0, 1], 30)
    video = np.repeat([0, 1, 2], 20)
    found = airtime(labels, video, [1.0] * 3, ["us", "cn", "cn"], 2)
    rows = compare_groups(found)
    assert {share.p for row in rows for share in row.shares} == {None}
    assert {share.q for row in rows for share in row.shares} == {None}
    assert {share.interval for row in rows for share in row.shares} == {None}
    assert {total.smallest_p for total in totals(found)} == {None}
    said = sentence.summary(totals(found), rows, {})
    assert "us is a single video" in said
    assert "may be the channel" in said


def test_with_more_groups_each_is_set_against_all_others() -> None:
    labels = np.repeat([0, 1, 0, 1, 0, 1], [8, 2, 5, 5, 1, 9])
    video = np.repeat([0, 1, 2], 10)
    row = compare_groups(airtime(labels, video, [1.0] * 3, ["a", "b", "c"], 2))[0]
    assert row.of("a").difference == pytest.approx(0.8 - 6 / 20)
    assert row.of("b").log_odds_ratio == pytest.approx(np.log((5.5 / 5.5) / (9.5 / 11.5)))


def test_the_sentence_says_how_many_times_and_by_which_name() -> None:
    labels = np.repeat([0, 1, 0, 1], [5, 95, 45, 55])
    found = airtime(labels, np.repeat([0, 1], [100, 100]), [1.0, 1.0], ["us", "cn"], 2)
    rows = compare_groups(found)
    said = sentence.summary(totals(found), rows, {1: "street"})
    assert said.startswith("“street” (cluster 1) takes 45 % of cn’s airtime and 5 % of us’, 9 ")
    exclusive = airtime(np.repeat([0, 1], [9, 9]), np.repeat([0, 1], 9), [1, 1], ["a", "b"], 2)
    said = sentence.summary(totals(exclusive), compare_groups(exclusive), {})
    assert "100 % of a’s airtime and none of b’s" in said


def _three_groups(generator: np.random.Generator) -> Airtime:
    """3 groups of 5 videos, each of 100 frames in 4 clusters; the third lacks the last cluster."""
    shares = ((0.3, 0.3, 0.2, 0.2), (0.3, 0.3, 0.2, 0.2), (0.4, 0.35, 0.25, 0.0))
    frames = [
        generator.multinomial(100, generator.dirichlet(40 * np.array(of_group) + 1e-9))
        for of_group in shares
        for _ in range(5)
    ]
    counted = np.stack(frames)
    return Airtime(
        ("gulls", "us", "cn"),
        np.repeat([0, 1, 2], 5),
        counted,
        counted * 2.0,
        np.zeros(15, int),
    )


def test_the_sentence_speaks_of_the_contrast_that_was_chosen() -> None:
    """Which group, more or less of it, both shares and q: all are one contrast's."""
    generator = np.random.default_rng(7)
    claimed = 0
    for _ in range(60):
        material = _three_groups(generator)
        rows = compare_groups(material)
        said = sentence.summary(totals(material), rows, {})
        if said.startswith("No difference"):
            continue
        claimed += 1
        found = re.match(
            r"Cluster (\d) takes (only )?(.+?) of (\w+)’s? airtime,? (?:and|but) (.+?) of the "
            r"others’(?:, [\d,]+ times as much)? \(q = (.+?)\)",
            said.replace("none of", "0 % of"),
        )
        assert found, said
        number, less, own, group, others, q = found.groups()
        row = next(row for row in rows if row.number == int(number))
        chosen = row.of(group)
        assert chosen.q == min(share.q for row in rows for share in row.shares), said
        assert q == sentence.figure(chosen.q), said
        assert (chosen.difference < 0) == (less is not None or own == "0 %"), said
        assert own == percent(chosen.share), said
        assert others == percent(chosen.share - chosen.difference), said
    assert claimed >= 55


def test_what_a_group_has_less_of_is_said_of_that_group() -> None:
    labels = np.repeat([0, 1] * 6, [50, 50, 49, 51, 48, 52, 51, 49, 3, 97, 2, 98])
    found = airtime(labels, np.repeat(range(6), 100), [1.0] * 6, ["a", "a", "b", "b", "c", "c"], 2)
    said = sentence.summary(totals(found), compare_groups(found), {})
    # Of two clusters one lacks what the other has more of: the larger share is what is said.
    assert " of c’s airtime" in said
    assert " of the others’" in said
    lacking = airtime(
        np.repeat([0, 1, 2, 0, 1, 2, 0, 1], [5, 4, 1, 4, 5, 1, 5, 5]),
        np.repeat([0, 1, 2], [10, 10, 10]), [1.0] * 3, ["a", "b", "c"], 3,
    )  # fmt: skip
    rows = [row for row in compare_groups(lacking) if row.number == 3]
    assert "takes none of c’s airtime and 10 % of the others’" in sentence.summary(
        totals(lacking), rows, {}
    )


def test_a_name_that_ends_in_s_has_a_bare_apostrophe() -> None:
    labels = np.repeat([0, 1, 0, 1], [5, 95, 45, 55])
    found = airtime(labels, np.repeat([0, 1], [100, 100]), [1.0, 1.0], ["news", "cn"], 2)
    said = sentence.summary(totals(found), compare_groups(found), {})
    assert "of cn’s airtime and 5 % of news’, 9 times as much" in said
