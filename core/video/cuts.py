"""Where one shot gives way to another, found among all pictures of a video; its light and colour.

A cut is a picture whose small version lies far from the one before it in CIELAB, and further than
pictures near it lie from theirs: fast movement changes many pictures in a row, a cut a single one.
Dissolves and fades change slowly, and are not found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.video.light import brightness, colour, lab
from core.video.shots import Shots

WIDTH, HEIGHT = 64, 36  # of the small pictures: what moves within a shot changes little of them
# Mean over pixels of the sum of the absolute differences of L, a and b, each from 0 to 255;
# docs/timeline.md says how both were chosen.
_FAR = 40.0
_TIMES = 2.0  # as far as pictures near it lie from theirs, on the mean
_NEAR = 2  # pictures on each side
_SHORTEST_S = 0.4  # between two cuts: of a flash only its beginning counts


@dataclass
class Watched:
    """The pictures of a video so far, of which only numbers are kept."""

    times_s: list[float] = field(default_factory=list)
    change: list[float] = field(default_factory=list)  # from the picture before
    light: list[tuple[float, float]] = field(default_factory=list)  # brightness, colour
    _before: np.ndarray | None = None

    def add(self, time_s: float, picture: np.ndarray) -> None:
        """The next picture, (HEIGHT, WIDTH, 3) uint8 RGB."""
        now = lab(picture)
        before = now if self._before is None else self._before
        self.times_s.append(time_s)
        self.change.append(float(np.abs(now - before).sum(axis=2).mean()))
        self.light.append((brightness(now), colour(now)))
        self._before = now

    def shots(self, from_s: float, until_s: float) -> Shots:
        """What all of them together show."""
        times_s, light = np.array(self.times_s), np.array(self.light).reshape(-1, 2)
        seconds, of_second = np.unique(times_s.astype(np.int64), return_inverse=True)
        number = np.bincount(of_second)
        brightness, colour = (np.bincount(of_second, light[:, which]) / number for which in (0, 1))
        return Shots(
            from_s,
            until_s,
            len(times_s),
            find_cuts(times_s, np.array(self.change)),
            seconds.tolist(),
            brightness.round(2).tolist(),
            colour.round(2).tolist(),
        )


def find_cuts(times_s: np.ndarray, change: np.ndarray) -> list[float]:
    """(N,) times and each picture's change from the one before, 0 of the first -> times of cuts."""
    found: list[float] = []
    for place in np.flatnonzero(change >= _FAR).tolist():
        near = change[max(1, place - _NEAR) : place], change[place + 1 : place + 1 + _NEAR]
        usual = float(np.concatenate(near).mean()) if any(map(len, near)) else 0.0
        late = not found or times_s[place] - found[-1] >= _SHORTEST_S
        if late and change[place] >= _TIMES * usual:
            found.append(round(float(times_s[place]), 3))
    return found
