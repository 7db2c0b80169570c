"""Watches the rows of the subtitles at each look, and the whole picture at some."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from core.video.burned_in.band import Band, Seen
from core.video.burned_in.boxes import Box, covered
from core.video.burned_in.following import Follower
from core.video.burned_in.reader import Reader
from core.video.sampling import Sample

_INSIDE = 0.5  # of a line that lies in the rows of the subtitles, and is followed there
_UNCHANGED = 0.6  # grey levels, mean over the rows: the picture is the one before
_SIDE, _LARGER = 960, 1.5  # a smaller picture's rows are enlarged to this, at most so many times


class Watch:
    """Goes through the looks: each at the rows of the subtitles, some at the whole picture."""

    def __init__(
        self,
        reader: Reader,
        band: Band | None,
        seen: Mapping[int, list[Seen]],
        size: tuple[int, int],
    ) -> None:
        self._reader, self._band, self._seen = reader, band, seen
        first, end = band.rows(size[1]) if band else (0, 0)
        self._strip = Box(0, first, size[0], end)
        self._scale = min(_LARGER, max(1.0, _SIDE / max(size)))
        self.near, self.far = Follower(), Follower()  # in the rows of the subtitles; elsewhere
        self._before: np.ndarray | None = None

    def look(self, one: Sample, number: int) -> None:
        """Take in the next look."""
        grey = cv2.cvtColor(one.picture, cv2.COLOR_RGB2GRAY)

        def read(box: Box) -> tuple[str, float]:
            return self._reader.read(one.picture, box)

        outside: list[Box] | None = None
        if number in self._seen:
            boxes = [line.box for line in self._seen[number]]
            outside = [box for box in boxes if covered(box, self._strip) < _INSIDE]
        self.far.look(one.time_s, grey, outside, read)
        if self._band is None:
            return
        top, bottom = int(self._strip.top), int(self._strip.bottom)
        rows = grey[top:bottom]
        if self._before is not None and cv2.absdiff(rows, self._before).mean() < _UNCHANGED:
            self.near.stay(one.time_s)
            return
        self._before = rows
        found = self._reader.find(one.picture[top:bottom], self._scale)
        self.near.look(one.time_s, grey, [box.moved(0, top) for box in found], read)
