"""Words that mark one side: the published formula by hand, and what is left out."""

from __future__ import annotations

import math

import pytest

from core.analysis.comparison.keyness import marking_words, z_scores
from core.text.stop_words import CHINESE, ENGLISH, telling_words

OWN = {"virus": 8, "mask": 2, "street": 6}
OTHERS = {"virus": 8, "mask": 14, "expert": 10}


def test_the_score_is_the_published_one() -> None:
    # Prior of 10 words, as the 48 words of both sides are spread: virus 16, so 10 x 16 / 48.
    alpha, total = 10 * 16 / 48, 10.0
    ours, theirs = 8 + alpha, 8 + alpha
    delta = math.log(ours / (16 + total - ours)) - math.log(theirs / (32 + total - theirs))
    z = delta / math.sqrt(1 / ours + 1 / theirs)
    assert z_scores(OWN, OTHERS, 10)["virus"] == pytest.approx((delta, z))


def test_the_two_sides_mirror_each_other() -> None:
    own, others = z_scores(OWN, OTHERS), z_scores(OTHERS, OWN)
    assert set(own) == {"virus", "mask", "street", "expert"}
    for word in own:
        assert own[word] == pytest.approx([-value for value in others[word]])


def test_words_come_clearest_first_with_their_counts() -> None:
    found = marking_words({**OWN, "once": 1}, OTHERS)
    assert found[0].word == "street"
    assert (found[0].count, found[0].elsewhere) == (6, 0)
    assert {"mask", "once"}.isdisjoint(mark.word for mark in found)
    assert [mark.z for mark in found] == sorted((mark.z for mark in found), reverse=True)
    assert len(marking_words({f"w{i}": 9 for i in range(40)}, {"other": 400}, shown=3)) == 3


def test_a_side_that_says_nothing_leaves_nothing_to_compare() -> None:
    assert marking_words({}, OTHERS) == marking_words(OWN, {}) == []
    assert marking_words({"a": 5}, {"a": 50}) == []  # the only word there is


def test_the_prior_holds_rare_words_back() -> None:
    own, others = {"rare": 2, "common": 400}, {"common": 402}
    weak = z_scores(own, others, 1.0)["rare"][0]
    strong = z_scores(own, others, 400.0)["rare"][0]
    assert 0 < strong < weak


def test_stop_words_marks_and_single_letters_are_left_out_in_both_languages() -> None:
    assert telling_words("It's the Omicron variant, don't you think?", "en") == [
        "omicron",
        "variant",
    ]
    said = telling_words("我们要给老年人接种新冠疫苗，BA.5的传播力更强。", "zh")
    assert {"老年人", "接种", "疫苗"} <= set(said)
    assert not {"我们", "要", "给", "的", "更", "，", "。"} & set(said)
    assert not ENGLISH & CHINESE
    assert telling_words("今天 the 疫苗", "auto")[-1] == "疫苗"
