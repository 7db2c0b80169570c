"""Makes one line of what was seen of it in pieces, and one caption of lines shown at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import NamedTuple

from core.video.burned_in.boxes import Box, covered, same_row
from core.video.burned_in.following import Line

_ALIKE = 0.7  # of two readings' letters stand in both, in order: they are of one line
_TOGETHER = 0.5  # of the shorter time that two lines share: they are one caption
_APART = 3.0  # line heights between two pieces of one line


class Shown(NamedTuple):
    """Text that is in the picture from `start_s` to `end_s`, read with a certainty of 0 to 1."""

    start_s: float
    end_s: float
    text: str
    sure: float


def alike(a: str, b: str) -> bool:
    """Whether two readings may be of the same text."""
    a, b = "".join(a.split()), "".join(b.split())
    return a == b or SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE


def joined_in_time(lines: Sequence[Line], gap_s: float) -> list[Line]:
    """Each line once, where it was lost and found again at its place within `gap_s`.

    The surest reading is taken. `lines` are in time.
    """
    kept: list[Line] = []
    for line in lines:
        near = [old for old in kept[-20:] if line.first_s - old.last_s <= gap_s]
        place = next((old for old in reversed(near) if _same_text(old, line)), None)
        if place is None:
            kept.append(line)
            continue
        best = max(place, line, key=lambda one: one.sure)
        last_s = max(place.last_s, line.last_s)
        kept[kept.index(place)] = replace(best, first_s=place.first_s, last_s=last_s)
    return kept


def _same_text(a: Line, b: Line) -> bool:
    small, large = sorted((a.box, b.box), key=lambda box: box.width)
    return same_row(a.box, b.box) and covered(small, large) > 0.5 and alike(a.text, b.text)


def captions_of(lines: Sequence[Line]) -> list[Shown]:
    """One text of lines that are shown at once: pieces of a row by a space, rows by a new line."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.first_s):
        if groups and any(_together(line, other) for other in groups[-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_caption(group) for group in groups]


def _together(a: Line, b: Line) -> bool:
    both = min(a.last_s, b.last_s) - max(a.first_s, b.first_s)
    shorter = min(a.last_s - a.first_s, b.last_s - b.first_s)
    return both >= _TOGETHER * shorter


def _caption(lines: list[Line]) -> Shown:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.middle):
        if rows and same_row(rows[-1][0].box, line.box):
            rows[-1].append(line)
        else:
            rows.append([line])
    texts = [" ".join(_pieces(row)) for row in rows]
    letters = sum(len(line.text) for line in lines)
    sure = sum(line.sure * len(line.text) for line in lines) / max(1, letters)
    start_s = min(line.first_s for line in lines)
    return Shown(start_s, max(line.last_s for line in lines), "\n".join(texts), sure)


def _pieces(row: list[Line]) -> list[str]:
    """From left to right; of two readings of the same place the surer one."""
    kept: list[Line] = []
    for line in sorted(row, key=lambda line: -line.sure):
        if not any(_overlap(line.box, other.box) for other in kept):
            kept.append(line)
    return [line.text for line in sorted(kept, key=lambda line: line.box.left)]


def _overlap(a: Box, b: Box) -> bool:
    return max(covered(a, b), covered(b, a)) > 0.3
