"""Follows lines of text from look to look: each is read when it comes, not while it stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.video.burned_in.boxes import Box, covered, shared
from core.video.burned_in.strokes import same, strokes

_SAME_PLACE = 0.6  # of two boxes' common area: they are of one line
_SURE = 0.93  # a line read less surely is read again, where what is behind it has changed
_READINGS = 3
_MISSED_S = 0.5  # a line that is back sooner was there all the time

Read = Callable[[Box], tuple[str, float]]


@dataclass
class Line:
    """A line of text at one place, from the first look that shows it to the last."""

    box: Box
    first_s: float
    last_s: float
    text: str
    sure: float  # 0 to 1
    letters: np.ndarray = field(repr=False)  # core.video.burned_in.strokes, as last seen
    readings: int = 1


class Follower:
    """What stands in a picture now; `ended` takes the lines that are gone."""

    def __init__(self) -> None:
        self._there: list[Line] = []
        self._looked_s = 0.0
        self.ended: list[Line] = []

    def look(
        self, time_s: float, grey: np.ndarray, found: Sequence[Box] | None, read: Read
    ) -> None:
        """Take in a look: a (H, W) uint8 picture and the lines found in it; None where they were
        not looked for."""
        self._looked_s = time_s
        for line in self._there:
            letters = strokes(grey, line.box)
            if same(line.letters, letters):
                line.last_s, line.letters = time_s, letters
        for box in found or ():
            self._take(box, time_s, grey, read)
        self._leave(time_s)

    def stay(self, time_s: float) -> None:
        """The picture is the one of the last look."""
        for line in self._there:
            if line.last_s == self._looked_s:
                line.last_s = time_s
        self._looked_s = time_s
        self._leave(time_s)

    def finish(self) -> list[Line]:
        """All lines, by their beginning."""
        self.ended += self._there
        self._there = []
        return sorted(self.ended, key=lambda line: (line.first_s, line.box.top, line.box.left))

    def _leave(self, time_s: float) -> None:
        self.ended += [line for line in self._there if time_s - line.last_s > _MISSED_S]
        self._there = [line for line in self._there if time_s - line.last_s <= _MISSED_S]

    def _take(self, box: Box, time_s: float, grey: np.ndarray, read: Read) -> None:
        known = next((line for line in self._there if _is_of(box, line, time_s)), None)
        if known is not None:
            if known.sure < _SURE and known.readings < _READINGS:
                _better(known, *read(known.box))
            return
        text, sure = read(box)
        if not text:
            return
        self._there.append(Line(box, time_s, time_s, text, sure, strokes(grey, box)))


def _is_of(box: Box, line: Line, time_s: float) -> bool:
    """Whether what was found is a line that is known and seen now, or a part of it."""
    if line.last_s != time_s:
        return False
    return shared(box, line.box) >= _SAME_PLACE or covered(box, line.box) > 0.8


def _better(line: Line, text: str, sure: float) -> None:
    line.readings += 1
    if text and sure > line.sure:
        line.text, line.sure = text, sure
