"""Unrolls captions that repeat on the screen: YouTube's automatic ones as .vtt, and roll-up
captions of television. Each line is said once, with the time at which it first appeared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from core.text.formats.cues import Cue
from core.text.segments import Segment
from core.text.vectors.source import is_chinese

_NEAR_S = 2.0  # between two cues of which one goes on with the other
_ROLLING = 0.4  # of the cues that follow another closely
_FEWEST = 2
_JOINED = 3  # words that two cues of one line must share, to be a coincidence no longer
_SHARED = 100  # words that are looked at
_LONGEST = 160  # letters of a line that grows word by word


def unrolled(cues: Sequence[Cue]) -> list[Segment]:
    """The segments of `cues`, each with its lines joined; what does not roll stays as it is."""
    ordered = sorted(cues, key=lambda cue: cue.start_s)
    if not _rolls(ordered):
        return [Segment(cue.start_s, cue.end_s, " ".join(cue.lines)) for cue in cues]
    found: list[Segment] = []
    before: Cue | None = None
    for cue in ordered:
        kept, grown, new = _new(before, cue)
        if found and kept:
            last = found[-1]
            if grown and len(last.text) < _LONGEST:
                found[-1] = Segment(last.start_s, cue.end_s, _join((last.text, grown)))
            elif grown:
                new = (grown, *new)
            if not new:
                found[-1] = found[-1]._replace(end_s=max(last.end_s, cue.end_s))
        elif found and new and found[-1].end_s > cue.start_s:
            found[-1] = found[-1]._replace(end_s=max(cue.start_s, found[-1].start_s))
        if new:
            found.append(Segment(cue.start_s, cue.end_s, " ".join(new)))
        before = cue
    return found


def _rolls(ordered: Sequence[Cue]) -> bool:
    """Whether cue after cue begins with what the one before ended with."""
    close = rolled = 0
    for before, cue in pairwise(ordered):
        if cue.start_s - before.end_s > _NEAR_S or cue.lines == before.lines:
            continue
        close += 1
        rolled += _new(before, cue)[0] > 0
    return rolled >= _FEWEST and rolled >= _ROLLING * close


def _new(before: Cue | None, cue: Cue) -> tuple[int, str, tuple[str, ...]]:
    """(how much of the cue was on the screen already, what its last line has grown by, new lines).

    Lines are compared first; then, where both cues are one line, their words.
    """
    if before is None or cue.start_s - before.end_s > _NEAR_S:
        return 0, "", cue.lines
    for count in range(min(len(before.lines), len(cue.lines)), 0, -1):
        was, now = before.lines[-count:], cue.lines[:count]
        if was[:-1] == now[:-1] and _begins(now[-1], was[-1]):
            return count, now[-1][len(was[-1]) :].strip(), cue.lines[count:]
    was_said, said = _units(" ".join(before.lines)), _units(" ".join(cue.lines))
    for count in range(min(len(was_said), len(said), _SHARED), _JOINED - 1, -1):
        if was_said[-count:] == said[:count]:
            rest = _join(said[count:])
            return count, "", (rest,) if rest else ()
    return 0, "", cue.lines


def _begins(line: str, before: str) -> bool:
    """Whether `line` is `before`, or that and more words."""
    rest = line[len(before) :]
    return line.startswith(before) and (
        not rest or rest[0] == " " or (is_chinese(rest[0]) and len(before) > 1)
    )


def _units(text: str) -> list[str]:
    """Words, or letters where words have no spaces."""
    return list(text) if is_chinese(text) and " " not in text else text.split()


def _join(pieces: Sequence[str]) -> str:
    wide = any(is_chinese(piece) for piece in pieces)
    return ("" if wide and all(" " not in piece for piece in pieces) else " ").join(pieces)
