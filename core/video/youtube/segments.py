"""Cuts a fragmented MP4 by its index: which bytes hold which time, and a file of some of them.

The cut file keeps the clock of the whole: its first and last segments stay, and the index says
where the gaps lie.
"""

from __future__ import annotations

import contextlib
import itertools
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.video.part import Part

_BOX = struct.Struct(">I4s")
_ABOUT = struct.Struct(">B3sIIQQHH")  # version, flags, track, ticks, start, offset, 0, references
_REFERENCE = struct.Struct(">III")
_LONGEST, _COARSE = 1 << 32, 1000  # ticks of a gap; ticks a second where they are too many
_NESTED = 1 << 31  # of a reference's first number: it leads to another index
_ABSOLUTE = 1  # of a fragment's flags: its offsets are the file's, so that it cannot be moved


class Segment(NamedTuple):
    """Pictures that need no others before them."""

    start: int  # ticks
    length: int  # ticks
    first: int  # byte in the file
    size: int
    access: int  # how it begins, as the index says it


@dataclass(frozen=True)
class Index:
    """What the box "sidx" says, and what stands before it."""

    head: bytes  # the file's beginning, up to the index
    track: int
    ticks_a_second: int
    segments: tuple[Segment, ...]

    def chosen(self, part: Part) -> list[Segment]:
        """The segments that `part` needs, and the file's first and last, in order."""
        last = len(self.segments) - 1
        return [
            one
            for place, one in enumerate(self.segments)
            if place in (0, last) or part.holds(*self._seconds(one))
        ]

    def cut(self, chosen: Sequence[Segment]) -> bytes:
        """The beginning of a file that goes on with the bytes of the `chosen` segments."""
        ticks = self.ticks_a_second
        starts = [*(one.start for one in chosen), chosen[-1].start + chosen[-1].length]
        if starts[-1] - starts[0] >= _LONGEST:  # a gap that its number does not hold
            ticks, starts = _COARSE, [at * _COARSE // ticks for at in starts]
        references = b"".join(
            _REFERENCE.pack(one.size, end - start, one.access)
            for one, (start, end) in zip(chosen, itertools.pairwise(starts), strict=True)
        )
        about = _ABOUT.pack(1, b"", self.track, ticks, starts[0], 0, 0, len(chosen))
        size = _BOX.size + len(about) + len(references)
        return self.head + _BOX.pack(size, b"sidx") + about + references

    def _seconds(self, one: Segment) -> tuple[float, float]:
        ticks = self.ticks_a_second
        return one.start / ticks, (one.start + one.length) / ticks


def index_of(beginning: bytes) -> Index | None:
    """The index in a file's first bytes; None where there is none that a file can be cut by."""
    for kind, first, size in _boxes(beginning):
        if kind == b"sidx" and first + size <= len(beginning):
            with contextlib.suppress(struct.error):  # it is too short for what it says
                return _read(beginning[:first], beginning[first : first + size], first + size)
        if kind in (b"sidx", b"moof", b"mdat"):
            return None
    return None


def can_be_moved(segment: bytes) -> bool:
    """Whether a segment's own offsets are counted from itself."""
    place = segment.find(b"tfhd")
    if place < 0 or place + 8 > len(segment):
        return False
    return not int.from_bytes(segment[place + 5 : place + 8], "big") & _ABSOLUTE


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(kind, first byte, size) of each box at the top."""
    first = 0
    while first + _BOX.size <= len(data):
        size, kind = _BOX.unpack_from(data, first)
        if size < _BOX.size:  # to the end of the file, or longer than 4 GB
            return
        yield kind, first, size
        first += size


def _read(head: bytes, box: bytes, end: int) -> Index | None:
    wide = box[8] == 1
    track, ticks = struct.unpack_from(">II", box, 12)
    start, offset = struct.unpack_from(">QQ" if wide else ">II", box, 20)
    place = 20 + (16 if wide else 8)
    (count,) = struct.unpack_from(">H", box, place + 2)
    if not ticks or not count or len(box) < place + 4 + count * _REFERENCE.size:
        return None
    first, found = end + offset, []
    for size, length, access in _REFERENCE.iter_unpack(box[place + 4 :][: count * 12]):
        if size & _NESTED:
            return None
        found.append(Segment(start, length, first, size, access))
        first, start = first + size, start + length
    return Index(head, track, ticks, tuple(found))
