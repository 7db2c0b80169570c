"""How often the tests over all clusters find a difference where there is none, and one there is.

python -m benchmarks.compare_null. Videos of 40 to 400 frames whose scenes last ten frames.
"""

from __future__ import annotations

import numpy as np

from core.analysis.comparison.airtime import Airtime
from core.analysis.comparison.family import family_p, omnibus
from core.analysis.comparison.robustness import detectable
from core.analysis.comparison.tests import permutation_p

_CLUSTERS, _TIMES = 4, 1_000


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


def main() -> None:
    for each, groups in ((4, 2), (5, 2), (10, 2), (4, 3), (6, 3)):
        generator = np.random.default_rng(0)
        found = np.zeros(2)
        for _ in range(_TIMES):
            drawn = material(each, groups, generator)
            found += omnibus(drawn).p <= 0.05, family_p(drawn).min() <= 0.05
        said = 100 * found / _TIMES
        print(f"{groups} groups of {each}: omnibus {said[0]:.1f} %, max-T {said[1]:.1f} %")
    for each in (6, 10):
        generator = np.random.default_rng(1)
        reach = np.median([detectable(material(each, 2, generator))[0, 0] for _ in range(200)])
        # Mixing `a` of cluster 1 into the first group's shares adds a (1 - 1/4) to its mean.
        apart = [material(each, 2, generator, reach / (1 - 1 / _CLUSTERS)) for _ in range(400)]
        power = np.mean([permutation_p(one, 0)[0] <= 0.05 for one in apart])
        print(f"2 groups of {each}: {100 * reach:.0f} points are found in {100 * power:.0f} %")


if __name__ == "__main__":
    main()
