"""Numbers as words, in one way on every page, in every file and in the terminal.

Beside it format.js says the same in the browser.
"""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """A text without control and direction signs: it cannot turn the line round it stands in."""
    return _UNSEEN.sub("", text)


def clock(seconds: float) -> str:
    """A place in a video as players show it: "0:07" until it is 8 s, "1:24", "1:02:05".

    Whole seconds are cut, not rounded; what is within half a millisecond of one counts as it, as
    3 x 0.1 s does not sum up. Nothing comes before "0:00".
    """
    minutes, rest = divmod(max(0, math.floor(round(1000 * seconds) / 1000)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """How long something takes: "40 s", "3 min 38 s", "2 h 05 min"."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    if minutes == 0:
        return f"{whole} s"
    if minutes < 60:
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def day_and_time(at: float, now: float | None = None) -> str:
    """A moment, in seconds since the epoch, on this computer's clock: "today at 14:05",
    "tomorrow at 9:00", "on 3 December at 14:05"."""
    when, today = (datetime.fromtimestamp(one) for one in (at, time.time() if now is None else now))
    days = (when.date() - today.date()).days
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    day = named.get(days) or f"on {when.day} {_MONTHS[when.month - 1]}"
    return f"{day} at {when.hour}:{when.minute:02d}"


def utc(at: float) -> str:
    """A moment, in seconds since the epoch, as tables have it: "2026-11-30T14:05:09+00:00"."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def count(number: int, noun: str, several: str = "") -> str:
    """ "1 video", "2 videos", "1,234 frames"; `several` where an s is not the plural."""
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


def percent(share: float | None) -> str:
    """A share from 0 to 1: "34 %", halves up, "under 1 %"; "" for what is not measured."""
    if share is None:
        return ""
    return "under 1 %" if 0 < share < 0.01 else f"{math.floor(100 * share + 0.5)} %"


def size(number_of_bytes: float) -> str:
    """ "310 MB", "1.2 GB"."""
    megabytes = number_of_bytes / 1e6
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"
