"""What a reader of caption files gathers: cues, and the cues it passed over with the reason."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from core.errors import CaptionsUnreadable
from core.text.caption_formats import MAX_S, lines

_SAID = 3  # cues passed over that are named
_CLOCK = re.compile(
    r"(?:(?:(?P<h>\d{1,3})[:：]\s*)?(?P<m>[0-5]?\d)[:：]\s*)(?P<s>[0-5]?\d)"
    r"(?:\s*(?:(?P<point>[.,;])(?P<f>\d{1,3})|:(?P<ms>\d{3})|:(?P<ff>[0-5]\d)))?"
)
FRAMES_A_SECOND = 25.0  # where a file counts frames and does not say how fast they go


class Cue(NamedTuple):
    """One caption as its file has it: seconds, and its lines on the screen."""

    start_s: float
    end_s: float  # as start_s where the file says no end
    lines: tuple[str, ...]


@dataclass
class Cues:
    """What was read so far."""

    timed: bool = True
    found: list[Cue] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)  # "line 14 ends before it starts"
    remarks: list[str] = field(default_factory=list)  # whole sentences

    def add(self, start_s: float, end_s: float, text: str, where: str) -> None:
        """Take a cue, or pass it over: without words it is none, with impossible times bad."""
        said = lines(text)
        if not said:
            return
        reason = impossible(start_s, end_s)
        if reason:
            self.passed.append(f"{where} {reason}")
        else:
            self.found.append(Cue(float(start_s), float(end_s), tuple(said)))

    def notes(self) -> str:
        """What people should know of the reading, in sentences; "" for nothing."""
        said = list(self.remarks)
        if self.passed:
            named = ", ".join(self.passed[:_SAID])
            more = len(self.passed) - _SAID
            rest = f" and {more} more" if more > 0 else ""
            one = len(self.passed) == 1
            counted = "1 caption was" if one else f"{len(self.passed)} captions were"
            said.append(f"{counted} passed over: {named}{rest}.")
        return " ".join(said)

    def refuse_if_empty(self) -> None:
        """Raises CaptionsUnreadable with a predicate where every cue was bad."""
        if self.passed and not self.found:
            others = f" (and {len(self.passed) - 1} more)" if len(self.passed) > 1 else ""
            raise CaptionsUnreadable(
                f"holds no caption that can be read: {self.passed[0]}{others}; correct it."
            )


def impossible(start_s: float, end_s: float) -> str:
    """Why these cannot be the times of a caption; "" when they can. NaN cannot."""
    if not (0 <= start_s <= MAX_S and end_s <= MAX_S):
        return "has a time that is negative or no time of a video"
    if end_s < start_s:
        return f"ends before it starts ({start_s:g} s to {end_s:g} s)"
    return ""


def seconds_of(text: str, frames: float = FRAMES_A_SECOND) -> float:
    """Seconds of "1:02:03,5", "02:03.250", "01:02:03:12" (frames); NaN for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return math.nan
    whole = int(match["h"] or 0) * 3600 + int(match["m"]) * 60 + int(match["s"])
    if match["ff"]:
        return whole + int(match["ff"]) / frames
    return whole + float(f"0.{match['f'] or match['ms'] or 0}")
