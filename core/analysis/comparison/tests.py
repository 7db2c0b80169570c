"""Whether videos of different groups differ: permutation tests and intervals over videos. Pure.

Frames of one video resemble each other, so that a frame is no observation of its own: a test over
frames would find a difference nearly everywhere. Videos are what is drawn, exchanged and resampled.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from core.analysis.bootstrap import percentiles
from core.analysis.comparison.airtime import Airtime, log_odds_ratio, shares

EXACT_UP_TO = 20_000  # ways to share the videos out: all of them are tried up to here
DRAWN = 9_999  # and so many otherwise
FEWEST_VIDEOS = 5  # per group: with fewer, resampled videos say too little of other videos
RESAMPLED = 2_000
_ROUNDING = 1e-9  # differences this close are ties
_AT_ONCE = 2_000


def testable(material: Airtime) -> bool:
    """Whether group and video can be told apart: two groups or more, two videos in each."""
    return len(material.groups) > 1 and int(material.videos.min()) > 1


def permutation_p(material: Airtime, place: int, seed: int = 0) -> np.ndarray:
    """(k,) two-sided p of each cluster for group `place` against all other videos.

    The statistic is the difference of the groups' shares of airtime; the groups' names are
    exchanged among whole videos, in every way where there are at most 20,000, else in 9,999
    random ways, which with the observed one give (1 + as extreme) / 10,000. Source: Phipson and
    Smyth, "Permutation p-values should never be zero" (2010).
    """
    own = material.group == place
    observed = np.abs(_differences(material.seconds, own[None]))[0]  # (k,)
    extreme = np.zeros(len(observed))
    tried = 0
    for chosen in exchanges(len(own), int(own.sum()), seed):  # (P, V) bool
        found = np.abs(_differences(material.seconds, chosen))  # (P, k)
        extreme += (found >= observed - _ROUNDING).sum(axis=0)
        tried += len(chosen)
    if is_exact(len(own), int(own.sum())):
        return extreme / tried
    return (1 + extreme) / (1 + tried)


def smallest_p(material: Airtime, place: int) -> float:
    """The smallest p that so many videos allow for group `place` against the others."""
    own, every = int(material.videos[place]), int(material.videos.sum())
    ways = math.comb(every, own)
    if not is_exact(every, own):
        return 1 / (1 + DRAWN)
    return (2 if 2 * own == every else 1) / ways  # halves exchanged differ as much as before


def is_exact(videos: int, own: int) -> bool:
    """Whether every way to choose `own` of `videos` is tried."""
    return math.comb(videos, own) <= EXACT_UP_TO


def intervals(material: Airtime, seed: int = 0) -> tuple[np.ndarray, np.ndarray] | None:
    """95 % intervals of each group's log odds ratio and part of each cluster: (G, k, 2) each.

    Whole videos are resampled within their groups. The percentiles are moved outwards as far as a
    t interval is wider than a normal one: plain percentiles are too narrow for few videos. None
    where a group has fewer than 5 videos. Sources: Davison and Hinkley, "Bootstrap Methods"
    (1997), section 3.8; Hesterberg, "What Teachers Should Know about the Bootstrap" (2015), 4.4.
    """
    fewest = int(material.videos.min())
    if len(material.groups) < 2 or fewest < FEWEST_VIDEOS:
        return None
    sums = _resampled(material, np.random.default_rng(seed))  # (B, G, k)
    whole = sums.sum(axis=1)  # (B, k)
    odds = np.stack(
        [
            log_odds_ratio(sums[:, g], whole - sums[:, g], material.step_s)
            for g in range(len(material.groups))
        ]
    )  # (G, B, k)
    of_cluster = shares(np.moveaxis(sums, 1, 2))  # (B, k, G)
    ends = percentiles(fewest)
    return (
        np.moveaxis(np.quantile(odds, ends, axis=1), 0, -1),
        np.quantile(of_cluster, ends, axis=0).transpose(2, 1, 0),
    )


def _resampled(material: Airtime, generator: np.random.Generator) -> np.ndarray:
    """(B, G, k) seconds of groups of as many videos, drawn with replacement."""
    sums = []
    for place, videos in enumerate(material.videos):
        weights = generator.multinomial(videos, np.full(videos, 1 / videos), size=RESAMPLED)
        sums.append(weights @ material.seconds[material.group == place])  # (B, k)
    return np.stack(sums, axis=1)


def _differences(seconds: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """(V, k) seconds, (P, V) which videos are the group's -> (P, k) differences of shares."""
    own = chosen.astype(np.float64) @ seconds
    return shares(own) - shares(seconds.sum(axis=0) - own)


def exchanges(videos: int, own: int, seed: int) -> Iterator[np.ndarray]:
    """(P, V) bool, a few thousand rows at a time: which videos could have been the group's."""
    if is_exact(videos, own):
        every = itertools.combinations(range(videos), own)
        while places := list(itertools.islice(every, _AT_ONCE)):
            chosen = np.zeros((len(places), videos), bool)
            np.put_along_axis(chosen, np.array(places), True, axis=1)
            yield chosen
        return
    generator = np.random.default_rng(seed)
    for start in range(0, DRAWN, _AT_ONCE):
        count = min(_AT_ONCE, DRAWN - start)
        order = generator.random((count, videos)).argsort(axis=1)
        yield order < own
