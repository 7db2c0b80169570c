"""Which k a sweep speaks for, and why, in one sentence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.clustering import AS_GOOD
from core.analysis.sweep import SweptK

STABLE = 0.8  # adjusted Rand index from which divisions count as alike


@dataclass(frozen=True)
class Suggestion:
    """A k, and the sentence that says why."""

    k: int
    reason: str


def suggest(swept: Sequence[SweptK]) -> Suggestion | None:
    """The k with the best silhouette among those that are stable, or nearly, and smaller.

    Stable: the adjusted Rand indices over seeds and over resampled frames are 0.8 on average. Of
    k whose silhouettes are within 0.02 of the best the smallest is taken. Where no k is stable, the
    one that is most nearly so is named, as what it is. None where no silhouette is known.
    """
    known = [one for one in swept if np.isfinite(one.silhouette)]
    if not known:
        return None
    stable = [one for one in known if _agreement(one) >= STABLE]
    if not stable:
        least = max(known, key=_agreement)
        return Suggestion(
            least.k,
            f"No k is stable here: {least.k} comes nearest, with an agreement of "
            f"{_agreement(least):.2f} between divisions where {STABLE} would be stable, so read "
            "its clusters with care.",
        )
    best = max(one.silhouette for one in stable)
    chosen = min((one for one in stable if one.silhouette >= best - AS_GOOD), key=lambda o: o.k)
    return Suggestion(chosen.k, _reason(chosen, best, len(stable), len(known)))


def _agreement(one: SweptK) -> float:
    return (one.over_seeds + one.over_resamples) / 2


def _reason(chosen: SweptK, best: float, stable: int, known: int) -> str:
    place = "the highest" if chosen.silhouette == best else f"close to the highest, {best:.2f},"
    of = f"of the {stable} k that are stable, of {known}"
    if stable == known:
        of = f"of all {known} k, each of which is stable"
    elif stable == 1:
        of = f"and it is the only k of {known} that is stable"
    stays = ""
    if chosen.robust is not None:
        stays = f"; {sum(chosen.robust) or 'none'} of the {chosen.k} stay as k grows"
    return (
        f"{chosen.k} clusters: their silhouette, {chosen.silhouette:.2f}, is {place} {of} "
        f"(agreement {chosen.over_seeds:.2f} over seeds, {chosen.over_resamples:.2f} over "
        f"resampled frames){stays}."
    )
