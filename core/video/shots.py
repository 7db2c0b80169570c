"""What the pictures of a video say of its shots: cuts, light and colour, whatever found them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Shots:
    """What was seen between `from_s` and `until_s`; times on the video's clock."""

    from_s: float
    until_s: float
    pictures: int
    cuts_s: list[float]
    seconds: list[int]  # of the video, those with a picture
    brightness: list[float]  # of each: mean CIELAB lightness, 0 to 100
    colour: list[float]  # of each: mean CIELAB chroma; 0 is grey, 100 about as strong as it gets

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Shots:
        """Raises TypeError for what is none."""
        return cls(**plain)

    @property
    def length_s(self) -> float:
        return self.until_s - self.from_s


@dataclass(frozen=True)
class SeenShots:
    """The shots of some stretches of a video, (from, until) in seconds each, in order."""

    from_s: float  # of the whole video
    until_s: float
    pictures: int
    stretches: tuple[tuple[float, float], ...]
    cuts_s: list[float]  # within them, as the rest
    seconds: list[int]
    brightness: list[float]
    colour: list[float]

    @property
    def length_s(self) -> float:
        return sum(until - begin for begin, until in self.stretches)

    @property
    def shots(self) -> int:
        """Whole ones and parts of some."""
        return len(self.cuts_s) + len(self.stretches)

    @property
    def lengths(self) -> np.ndarray:
        """(shots,) seconds."""
        cuts = np.array(self.cuts_s)
        return np.concatenate(
            [np.diff([a, *cuts[(cuts > a) & (cuts < b)], b]) for a, b in self.stretches]
        )

    def between(self, begin_s: float, until_s: float) -> float:
        """The seconds of the stretches that lie there."""
        return sum(max(0.0, min(b, until_s) - max(a, begin_s)) for a, b in self.stretches)


def seen_shots(shots: Shots, times_s: Sequence[float], kept: Sequence[bool]) -> SeenShots:
    """The shots of the kept frames: each stands for the time halfway to its neighbours."""
    halves = [(a + b) / 2 for a, b in pairwise(times_s)]
    edges = [shots.from_s, *halves, shots.until_s]
    runs = [(keep, [n for n, _ in of]) for keep, of in groupby(enumerate(kept), lambda one: one[1])]
    stretches = tuple((edges[of[0]], edges[of[-1] + 1]) for keep, of in runs if keep)

    def inside(at_s: float) -> bool:
        return any(a <= at_s < b for a, b in stretches)

    seen = [place for place, second in enumerate(shots.seconds) if inside(second)]
    return SeenShots(
        shots.from_s,
        shots.until_s,
        shots.pictures,
        stretches,
        [cut for cut in shots.cuts_s if inside(cut)],
        [shots.seconds[place] for place in seen],
        [shots.brightness[place] for place in seen],
        [shots.colour[place] for place in seen],
    )
