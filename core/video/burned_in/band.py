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
_MORE, _FEWEST_MORE = 12, 5  # rows that may be in use for a time only; their lines
_PAUSE = 4  # looks without another line that end such a time
_MOST_LOOKS = 1000  # of a long video: every second, third ... look shows as much
_LOGO = 0.25  # share of the looks that show a box at the same place: it is no subtitle
_DENSE = 0.6  # share of the looks in that time that show a line there
_ALIGNED = 0.7  # share of its lines that begin at one edge, or lie about one middle

_SAME_LETTERS = 0.5  # correlation of their prints


class Seen(NamedTuple):
    """A line at one look: where it stands, and its print (core.video.burned_in.strokes)."""

    box: Box
    letters: np.ndarray


Looks = Sequence[tuple[float, Sequence[Seen]]]  # (time_s, the lines that are seen then)
Row = list[tuple[float, Box]]  # its lines, each when it is first seen


class Band(NamedTuple):
    """Rows of pixels: a line of the subtitles is `height` high and has its middle at `middle`."""

    middle: float
    height: float
    from_s: float = -math.inf  # when it is in use
    until_s: float = math.inf

    def rows(self, picture_height: int, lines: float = 2.3) -> tuple[int, int]:
        """(first, end) of the rows that may hold lines beside the main one."""
        reach = (lines + 0.5) * self.height
        first, end = self.middle - reach, self.middle + reach
        return max(0, int(first)), min(picture_height, int(end) + 1)


def find_bands(looks: Looks, width: int, height: int) -> list[Band]:
    """The bands by the lines of text seen at some looks, in time; the last is the usual one, those
    before it are in use for a time. None where no text changes in a row.

    Of the rows that hold lines at different looks those win in which a look most often shows
    another line than the look before: a title or logo stays, signs in the scene have no row.
    """
    looks = looks[:: math.ceil(len(looks) / _MOST_LOOKS) or 1]
    looks = [(at, [one for one in seen if _may_be(one.box, width, height)]) for at, seen in looks]
    looks = _without_logos(looks)
    rows = _rows(looks, width)
    if not rows or len(rows[0]) < _FEWEST:
        return []
    usual = _band([box for _, box in rows[0]])
    free = {at for at, seen in looks if not any(_in_row(one.box, usual) for one in seen)}
    step_s = (looks[-1][0] - looks[0][0]) / max(1, len(looks) - 1)
    runs = [
        run
        for row in rows[1:]
        if abs(row[0][1].middle - usual.middle) >= usual.height
        for run in _runs([one for one in row if one[0] in free], _PAUSE * step_s)
    ]
    chosen: list[Band] = []
    for run in sorted(runs, key=len, reverse=True):
        band = _for_a_time(run, looks, step_s)
        if band and all(band.until_s < o.from_s or band.from_s > o.until_s for o in chosen):
            chosen.append(band)
    return [*chosen, usual]


def band_at(bands: Sequence[Band], time_s: float) -> Band | None:
    """The band in use at a time."""
    return next((band for band in bands if band.from_s <= time_s <= band.until_s), None)


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
        same = correlations(prints[there], one.letters) >= _SAME_LETTERS
        return int(same.sum()) > max(2, _LOGO * len(looks))

    return [(at, [one for one in seen if not stays(one)]) for at, seen in looks]


def _rows(looks: Looks, width: int) -> list[Row]:
    """Of each row, with the time, the lines that the look before did not show; longest first.

    Rows whose text moves in and out at the sides hold a ticker and are left out.
    """
    boxes = [one.box for _, seen in looks for one in seen]
    places = {(round(b.middle / b.height * 4), round(b.height)): b for b in boxes}
    left = list(places.values())  # one for each row that differs by a quarter of a line
    found: list[Row] = []
    while left and len(found) <= _MORE:
        best = max((_changes(looks, of) for of in left), key=len)
        if len(best) < _FEWEST:
            break
        of = _band([box for _, box in best])
        if not _moves(looks, of, width):
            found.append(best)
        left = [box for box in left if abs(box.middle - of.middle) >= 0.5 * of.height]
    return found


def _moves(looks: Looks, of: Band, width: int) -> bool:
    """Whether the text of a row often touches a side of the picture."""
    rows = [[one.box for one in seen if _in_row(one.box, of)] for _, seen in looks]
    edge = _EDGE * width
    at_edge = sum(any(b.left < edge or b.right > width - edge for b in row) for row in rows)
    return at_edge > _TICKER * sum(bool(row) for row in rows)


def _changes(looks: Looks, of: Box) -> Row:
    found: Row = []
    before: list[Seen] = []
    of_row = Band(of.middle, of.height)
    for at, seen in looks:
        now = [one for one in seen if _in_row(one.box, of_row)]
        new = [one.box for one in now if not any(_alike(one, old) for old in before)]
        found += [(at, box) for box in new[:1]]
        before = now
    return found


def _runs(row: Row, pause_s: float) -> list[Row]:
    """The lines of a row, parted where none comes for so long."""
    runs: list[Row] = []
    for one in row:
        if runs and one[0] - runs[-1][-1][0] <= pause_s:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _for_a_time(row: Row, looks: Looks, step_s: float) -> Band | None:
    """The band of lines that came one after the other, if they look like subtitles."""
    if len(row) < _FEWEST_MORE:
        return None
    from_s, until_s = row[0][0], row[-1][0]
    band = _band([box for _, box in row])
    seen = [look for at, look in looks if from_s <= at <= until_s]
    shown = sum(any(_in_row(one.box, band) for one in look) for look in seen)
    if shown < _DENSE * len(seen) or not _aligned([box for _, box in row]):
        return None
    return band._replace(from_s=from_s - step_s, until_s=until_s + step_s)


def _aligned(row: list[Box]) -> bool:
    for places in ([b.left for b in row], [(b.left + b.right) / 2 for b in row]):
        usual = _median(places)
        near = _median([box.height for box in row])
        if sum(abs(place - usual) <= near for place in places) >= _ALIGNED * len(row):
            return True
    return False


def _in_row(box: Box, band: Band) -> bool:
    near = abs(box.middle - band.middle) < 0.35 * band.height
    return near and 0.7 < box.height / band.height < 1.4


def _alike(a: Seen, b: Seen) -> bool:
    near = _SAME * min(a.box.height, b.box.height)
    place = abs(a.box.left - b.box.left) < near and abs(a.box.right - b.box.right) < near
    return place and bool(correlations(a.letters[None], b.letters)[0] >= _SAME_LETTERS)


def _band(row: list[Box]) -> Band:
    return Band(_median([box.middle for box in row]), _median([box.height for box in row]))


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
