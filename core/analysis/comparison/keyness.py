"""Which words mark one set of texts against another: weighted log-odds with a prior. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

MARKING = 1.645  # standard deviations: one word in twenty by chance, were they independent
_FEWEST = 2  # times a word is said: once is an accident
_SHOWN = 10


@dataclass(frozen=True)
class MarkingWord:
    """A word that one side says more than the other."""

    word: str
    count: int  # times said on this side
    elsewhere: int  # times said on the other
    log_odds: float  # natural, after the prior
    z: float  # the same in standard deviations


def marking_words(
    own: Mapping[str, int],
    others: Mapping[str, int],
    prior_words: float | None = None,
    shown: int = _SHOWN,
) -> list[MarkingWord]:
    """The words said at least twice in `own` and clearly more than in `others`, clearest first.

    The prior is both sides' words together, scaled to `prior_words` words (as many as the smaller
    side has): a rare word must be said more often than chance would have it. Words count as
    independent, which speech is not: this orders words, it does not test them. Source: Monroe,
    Colaresi and Quinn, "Fightin' Words" (2008), section 3.5.1, equations 18 to 22.
    """
    scored = z_scores(own, others, prior_words)
    found = [
        MarkingWord(word, own[word], others.get(word, 0), log_odds, z)
        for word, (log_odds, z) in scored.items()
        if own.get(word, 0) >= _FEWEST and z >= MARKING
    ]
    return sorted(found, key=lambda mark: (-mark.z, mark.word))[:shown]


def z_scores(
    own: Mapping[str, int], others: Mapping[str, int], prior_words: float | None = None
) -> dict[str, tuple[float, float]]:
    """Each word's log odds ratio after the prior, and the same over its standard deviation.

    {} where a side says nothing: then there is nothing to compare with.
    """
    own_total, others_total = sum(own.values()), sum(others.values())
    if not own_total or not others_total:
        return {}
    together = Counter(own)
    together.update(others)
    weight = min(own_total, others_total) if prior_words is None else prior_words
    scale = weight / together.total()
    scored = {}
    for word, said in together.items():
        alpha = scale * said
        ours, theirs = own.get(word, 0) + alpha, others.get(word, 0) + alpha
        left, right = own_total + weight - ours, others_total + weight - theirs
        if left <= 0 or right <= 0:  # the only word there is: nothing to tell it from
            continue
        log_odds = math.log(ours / left) - math.log(theirs / right)
        scored[word] = log_odds, log_odds / math.sqrt(1 / ours + 1 / theirs)
    return scored
