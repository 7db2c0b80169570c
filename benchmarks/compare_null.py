"""How often each test of Compare finds a difference where there is none, and one there is.

python -m benchmarks.compare_null [omnibus max-t single rates intervals power]. Videos of 40 to 400
frames whose scenes last ten frames; of rates, videos of 1 to 20 minutes whose own rate differs from
each other's as much as it is large. docs/compare.md has what it said last.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from core.analysis.comparison.airtime import Airtime
from core.analysis.comparison.compositions import log_ratio_intervals
from core.analysis.comparison.course import mean_course
from core.analysis.comparison.family import family_p, omnibus
from core.analysis.comparison.rates import compare_rates
from core.analysis.comparison.robustness import detectable
from core.analysis.comparison.tests import permutation_p

_CLUSTERS, _TIMES = 4, 1_000
_DESIGNS = ((4, 2), (5, 2), (10, 2), (4, 3), (6, 3))  # videos in each group, groups


def material(each: int, groups: int, generator: np.random.Generator, apart: float = 0.0) -> Airtime:
    """Compositions drawn alike for all groups; `apart` more of cluster 1 in the first group."""
    counts = []
    for video in range(each * groups):
        shares = generator.dirichlet(np.full(_CLUSTERS, 2.0))
        if video < each and apart:
            shares = (1 - apart) * shares + apart * np.eye(_CLUSTERS)[0]
        counts.append(10 * generator.multinomial(generator.integers(4, 40), shares))
    frames = np.array(counts)
    group = np.repeat(np.arange(groups), each)
    names = tuple(f"group {place}" for place in range(groups))
    return Airtime(names, group, frames, frames * 2.0, np.zeros(len(group), np.int64))


def counted(
    each: int, groups: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, minutes and groups of videos whose own rates are drawn alike."""
    minutes = generator.uniform(1, 20, each * groups)
    own = generator.gamma(1.0, 6.0, each * groups)  # a minute: exponential, as uneven as it is
    return generator.poisson(own * minutes), minutes, np.repeat(np.arange(groups), each)


def _omnibus(drawn: Airtime) -> float:
    found = omnibus(drawn)
    return 1.0 if found is None else found.p


def _nulls(name: str, p_of: Callable[[Airtime], float]) -> None:
    for each, groups in _DESIGNS:
        generator = np.random.default_rng(0)
        ps = [p_of(material(each, groups, generator)) for _ in range(_TIMES)]
        _say(name, each, groups, np.mean(np.array(ps) <= 0.05))


def _rates() -> None:
    """Of both: the p of a group picked beforehand, and that its interval holds the true rate."""
    for each, groups in _DESIGNS:
        generator = np.random.default_rng(0)
        below, held, known = 0, 0, 0
        for _ in range(_TIMES):
            amount, base, group = counted(each, groups, generator)
            first = compare_rates(amount, base, group, tuple(map(str, range(groups))))[0]
            below += first.p <= 0.05
            if first.interval is not None:
                known += 1
                held += first.interval[0] <= 6.0 <= first.interval[1]
        _say("rates", each, groups, below / _TIMES)
        if known:
            print(f"  its interval held the truth in {100 * held / known:.1f} %", flush=True)


def _intervals() -> None:
    """That intervals of log-ratios hold 0, and those of means over time the true mean."""
    for each in (5, 6, 10, 20):
        generator = np.random.default_rng(2)
        ratios, means = [], []
        for _ in range(300):
            drawn = material(each, 2, generator)
            ends = log_ratio_intervals(drawn)[0]  # (k, 2)
            ratios.append(((ends[:, 0] <= 0) & (ends[:, 1] >= 0)).mean())
            values = generator.gamma(2.0, 1.0, (1, 2 * each))
            found = mean_course(values, drawn.group, drawn.groups, ("all",))
            means.append(((found.low <= 2) & (found.high >= 2)).mean())
        held = 100 * np.mean(ratios), 100 * np.mean(means)
        print(f"2 groups of {each}: log-ratios {held[0]:.1f} %, means {held[1]:.1f} %", flush=True)


def _power() -> None:
    for each in (6, 10):
        generator = np.random.default_rng(1)
        reach = np.median([detectable(material(each, 2, generator))[0, 0] for _ in range(200)])
        # Mixing `a` of cluster 1 into the first group's shares adds a (1 - 1/4) to its mean.
        apart = [material(each, 2, generator, reach / (1 - 1 / _CLUSTERS)) for _ in range(400)]
        power = np.mean([permutation_p(one, 0)[0] <= 0.05 for one in apart])
        print(f"2 groups of {each}: {100 * reach:.0f} points are found in {100 * power:.0f} %")


def _say(name: str, each: int, groups: int, share: float) -> None:
    print(f"{name}, {groups} groups of {each}: {100 * share:.1f} %", flush=True)


_PARTS: dict[str, Callable[[], None]] = {
    "omnibus": lambda: _nulls("omnibus", _omnibus),
    "single": lambda: _nulls("single", lambda drawn: float(permutation_p(drawn, 0)[0])),
    "rates": _rates,
    "intervals": _intervals,
    "max-t": lambda: _nulls("max-t", lambda drawn: float(family_p(drawn).min())),
    "power": _power,
}


def main() -> None:
    for name in sys.argv[1:] or _PARTS:
        _PARTS[name]()


if __name__ == "__main__":
    main()
