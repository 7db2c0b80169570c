"""How far a difference hangs on single videos, and how large one must be to be found. Pure."""

from __future__ import annotations

import numpy as np
from scipy import special

from core.analysis.comparison.airtime import Airtime, shares
from core.analysis.comparison.tests import testable

_LEVEL, _POWER = 0.05, 0.8


def without_one_video(material: Airtime) -> np.ndarray | None:
    """(G, k, 2): the smallest and largest difference of shares when any one video is left out.

    None where a group has a single video, which cannot be left out.
    """
    if not testable(material):
        return None
    own = np.stack([material.group == place for place in range(len(material.groups))])  # (G, V)
    of_group = own.astype(float) @ material.seconds  # (G, k)
    whole = material.seconds.sum(axis=0)
    found = []
    for video, seconds in enumerate(material.seconds):
        left = of_group - own[:, video, None] * seconds
        found.append(shares(left) - shares(whole - seconds - left))
    return np.stack([np.min(found, axis=0), np.max(found, axis=0)], axis=-1)


def detectable(material: Airtime) -> np.ndarray | None:
    """(G, k): the difference of shares that would be found in 4 of 5 studies with such videos.

    For one cluster looked at alone, at 5 %, two-sided, by the spread of shares among the videos of
    a group: (t of 0.975 + t of 0.8) s sqrt(1 / n + 1 / m). None where nothing is tested. Source:
    Cohen, "Statistical Power Analysis for the Behavioral Sciences" (1988), section 2.4.
    """
    if not testable(material):
        return None
    of_video = shares(material.seconds)  # (V, k)
    found = []
    for place in range(len(material.groups)):
        own = material.group == place
        sides = (of_video[own], of_video[~own])
        free = len(of_video) - 2
        spread = np.sqrt(sum(((s - s.mean(axis=0)) ** 2).sum(axis=0) for s in sides) / free)
        reach = special.stdtrit(free, 1 - _LEVEL / 2) + special.stdtrit(free, _POWER)
        found.append(reach * spread * np.sqrt(1 / len(sides[0]) + 1 / len(sides[1])))
    return np.stack(found)
