"""Finds the rows of a picture in which subtitles are shown: where the text changes most often."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.video.burned_in.boxes import Box
from core.video.burned_in.strokes import correlations

_LOW, _HIGH = 0.02, 0.13  # of the picture's height: as high as a line of subtitles may be
_NARROW = 1.6  # a line is at least so many times as wide as high
_EDGE = 0.02  # of the picture's width: no subtitle comes so near to a side
_TICKER = 0.3  # share of a row's looks with text at a side: it moves through
_FEWEST = 3  # different lines: fewer show no band
_SAME = 0.35  # of a line's height: how far the ends of the same line may lie apart
_MOST_LOOKS = 1000  # of a long video: every second, third ... look shows as much
_LOGO = 0.25  # share of the looks that show the same letters at one place: they are no subtitle
_ALWAYS = 0.5  # the same for any letters in a box just as wide

_SAME_LETTERS = 0.5  # correlation of their prints


class Seen(NamedTuple):
    """A line at one look: where it stands, and its print (core.video.burned_in.strokes)."""

    box: Box
    letters: np.ndarray


Looks = Sequence[tuple[float, Sequence[Seen]]]  # (time_s, the lines that are seen then)


class Band(NamedTuple):
    """Rows of pixels: a line of the subtitles is `height` high and has its middle at `middle`."""

    middle: float
    height: float

    def rows(self, picture_height: int, lines: float = 2.3) -> tuple[int, int]:
        """(first, end) of the rows that may hold lines beside the main one."""
        reach = (lines + 0.5) * self.height
        first, end = self.middle - reach, self.middle + reach
        return max(0, int(first)), min(picture_height, int(end) + 1)


def find_band(looks: Looks, width: int, height: int) -> Band | None:
    """The band by the lines of text seen at some looks, in time; None where no text changes in a
    row.

    Of the rows that hold lines at different looks that wins in which a look most often shows
    another line than the look before: a title or logo stays, signs in the scene have no row, and
    rows whose text moves in and out at the sides hold a ticker.
    """
    looks = looks[:: math.ceil(len(looks) / _MOST_LOOKS) or 1]
    looks = [(at, [one for one in seen if _may_be(one.box, width, height)]) for at, seen in looks]
    looks = _without_logos(looks)
    boxes = [one.box for _, seen in looks for one in seen]
    places = {(round(b.middle / b.height * 4), round(b.height)): b for b in boxes}
    left = list(places.values())  # one for each row that differs by a quarter of a line
    while left:
        best = max((_changes(looks, of) for of in left), key=len)
        if len(best) < _FEWEST:
            return None
        band = Band(_median([b.middle for b in best]), _median([b.height for b in best]))
        if not _moves(looks, band, width):
            return band
        left = [box for box in left if abs(box.middle - band.middle) >= 0.5 * band.height]
    return None


def _may_be(box: Box, width: int, height: int) -> bool:
    low, high = _LOW * height, _HIGH * height
    return low <= box.height <= high and box.width >= _NARROW * box.height


def _without_logos(looks: Looks) -> Looks:
    """Without lines that stand at one place in many looks."""
    known = [one for _, seen in looks for one in seen]
    boxes = np.array([one.box for one in known]).reshape(-1, 4)
    prints = np.array([one.letters for one in known])
    left, top, right, bottom = boxes.T
    near = 0.5 * (bottom - top)

    def stays(one: Seen) -> bool:
        there = (abs(left - one.box.left) < near) & (abs(right - one.box.right) < near)
        there &= abs(top - one.box.top) < near
        if int(there.sum()) > _ALWAYS * len(looks):  # whatever its letters look like on its ground
            return True
        same = correlations(prints[there], one.letters) >= _SAME_LETTERS
        return int(same.sum()) > max(2, _LOGO * len(looks))

    return [(at, [one for one in seen if not stays(one)]) for at, seen in looks]


def _moves(looks: Looks, of: Band, width: int) -> bool:
    """Whether the text of a row often touches a side of the picture."""
    rows = [[one.box for one in seen if _in_row(one.box, of)] for _, seen in looks]
    edge = _EDGE * width
    at_edge = sum(any(b.left < edge or b.right > width - edge for b in row) for row in rows)
    return at_edge > _TICKER * sum(bool(row) for row in rows)


def _changes(looks: Looks, of: Box) -> list[Box]:
    """At each look that shows a line of the row that the look before did not show, that line."""
    found: list[Box] = []
    before: list[Seen] = []
    of_row = Band(of.middle, of.height)
    for _, seen in looks:
        now = [one for one in seen if _in_row(one.box, of_row)]
        new = [one.box for one in now if not any(_alike(one, old) for old in before)]
        found += new[:1]
        before = now
    return found


def _in_row(box: Box, band: Band) -> bool:
    near = abs(box.middle - band.middle) < 0.35 * band.height
    return near and 0.7 < box.height / band.height < 1.4


def _alike(a: Seen, b: Seen) -> bool:
    near = _SAME * min(a.box.height, b.box.height)
    place = abs(a.box.left - b.box.left) < near and abs(a.box.right - b.box.right) < near
    return place and bool(correlations(a.letters[None], b.letters)[0] >= _SAME_LETTERS)


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
