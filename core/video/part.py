"""The part of a video that is asked for, on the clock of the whole video."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from core.errors import InvalidSetting
from core.format import clock

_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,7}(?:\.\d{1,3})?)", re.A)
_SAME = 1e-6  # of a step: multiples so near a bound are on it


@dataclass(frozen=True)
class Part:
    """From `from_s` to before `until_s`, in seconds; None is the video's end."""

    from_s: float = 0.0
    until_s: float | None = None

    @classmethod
    def of(cls, from_s: float | None, until_s: float | None) -> Part:
        """The part between two times, None for the video's beginning and its end.

        Raises InvalidSetting for what holds nothing.
        """
        begin = 0.0 if from_s is None else from_s
        end = math.inf if until_s is None else until_s
        if not (math.isfinite(begin) and begin >= 0 and end > begin):
            raise InvalidSetting(
                f"The part from {_said(from_s)} to {_said(until_s)} holds nothing; "
                "give a beginning before its end."
            )
        return cls(begin, None if math.isinf(end) else end)

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return self.from_s == 0 and self.until_s is None

    def end_s(self, duration_s: float) -> float:
        """Where it ends in a video so long."""
        return duration_s if self.until_s is None else min(self.until_s, duration_s)

    def length_s(self, duration_s: float) -> float:
        """How much of a video so long it is."""
        return max(0.0, self.end_s(duration_s) - self.from_s)

    def steps(self, every_s: float, first: int, last: int) -> range:
        """Of the multiples `first` to before `last` of `every_s` those that lie in it."""
        begin = max(first, math.ceil(self.from_s / every_s - _SAME))
        end = last if self.until_s is None else math.ceil(self.until_s / every_s - _SAME)
        return range(begin, min(last, end))

    def holds(self, start_s: float, end_s: float) -> bool:
        """Whether something of what lasts from `start_s` to `end_s` lies in it."""
        return end_s > self.from_s and (self.until_s is None or start_s < self.until_s)

    def __str__(self) -> str:
        return f"{clock(self.from_s)} to {_said(self.until_s)}"


WHOLE = Part()


def seconds_of(text: str) -> float:
    """A time as people write it: "90", "1:30", "1:02:05", "1:30.5". Raises InvalidSetting."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise InvalidSetting(f"{text!r} is no time; write it like 1:30, 1:02:05 or 90.")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return 3600 * hours + 60 * minutes + seconds


def _said(time_s: float | None) -> str:
    if time_s is None:
        return "the end"
    return clock(time_s) if math.isfinite(time_s) else str(time_s)
