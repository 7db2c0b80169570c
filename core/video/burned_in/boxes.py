"""Where a line of text stands in a picture, and how two such places lie to each other."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """Upright, in pixels of the picture that is looked at; right and bottom are outside it."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Of its rows."""
        return (self.top + self.bottom) / 2

    def moved(self, right: float, down: float) -> Box:
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def scaled(self, by: float) -> Box:
        return Box(*(by * side for side in self))


def shared(a: Box, b: Box) -> float:
    """The area that two boxes share, by the area of both together: 0 to 1."""
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return both / (a.width * a.height + b.width * b.height - both)


def covered(inner: Box, outer: Box) -> float:
    """The share of `inner` that lies in `outer`: 0 to 1."""
    wide = min(inner.right, outer.right) - max(inner.left, outer.left)
    high = min(inner.bottom, outer.bottom) - max(inner.top, outer.top)
    return max(0.0, wide) * max(0.0, high) / max(1e-9, inner.width * inner.height)


def same_row(a: Box, b: Box) -> bool:
    """Whether two lines stand in one row: their middles lie within half a line of each other."""
    return abs(a.middle - b.middle) < 0.5 * min(a.height, b.height)
