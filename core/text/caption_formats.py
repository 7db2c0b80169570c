"""Parses SubRip, WebVTT, youtube-transcript-api's JSON and plain text into segments."""

from __future__ import annotations

import html
import json
import math
import re

from core.errors import CaptionsUnreadable
from core.text.encodings import without_control
from core.text.segments import Segment

_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
_SPACES = re.compile(r"\s+")
MAX_S = 100 * 3600.0
_LINGER_S = 2.0  # how long a segment that says no length is shown, at most


def timed_lines(text: str) -> list[Segment]:
    """SRT and VTT: whatever follows a line of times, up to a blank line or the next times.

    Raises CaptionsUnreadable with a predicate ("has a time that ...") for times that cannot be.
    """
    lines = text.split("\n")
    found: list[Segment] = []
    number = 0
    while number < len(lines):
        times = _timing(lines[number], number + 1)
        number += 1
        if times is None:
            continue
        first = number
        while number < len(lines) and lines[number].strip() and "-->" not in lines[number]:
            number += 1
        words = lines[first:number]
        if number < len(lines) and "-->" in lines[number] and words and words[-1].strip().isdigit():
            words = words[:-1]  # the next segment's number: a blank line is missing before it
        found.append(Segment(*times, plain(" ".join(words))))
    return found


def _timing(line: str, number: int) -> tuple[float, float] | None:
    if "-->" not in line:
        return None
    match = _TIMING.match(line)
    if match is None:
        raise CaptionsUnreadable(
            f"has times on line {number} that cannot be read ({line.strip()[:60]!r}); "
            "write them as 00:00:01,000 --> 00:00:03,500."
        )
    start_s, end_s = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
    return _checked(start_s, end_s, f"on line {number}")


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + (float(f"0.{fraction}") if fraction else 0.0)


def transcript_json(text: str) -> list[Segment]:
    """A list of {"text", "start", "duration"}. Raises CaptionsUnreadable with a predicate."""
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CaptionsUnreadable("is not valid JSON; export it again.") from error
    if isinstance(items, dict):
        items = items.get("snippets")
    if not isinstance(items, list):
        raise CaptionsUnreadable('must hold a list of {"text", "start", "duration"}.')
    return [_from_item(item, number) for number, item in enumerate(items, 1)]


def _from_item(item: object, number: int) -> Segment:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise CaptionsUnreadable(f'has no "text" in item {number}; each item needs one.')
    numbers = item.get("start"), item.get("duration", 0.0)
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in numbers):
        raise CaptionsUnreadable(
            f'has no numbers for "start" and "duration" in item {number}; give them in seconds.'
        )
    try:
        start_s, length_s = map(float, numbers)
    except OverflowError:
        start_s = length_s = math.inf
    return Segment(*_checked(start_s, start_s + length_s, f"in item {number}"), plain(item["text"]))


def _checked(start_s: float, end_s: float, where: str) -> tuple[float, float]:
    if not (0 <= start_s <= MAX_S and end_s <= MAX_S):  # NaN is refused as well
        raise CaptionsUnreadable(
            f"has a time {where} that is negative or no time of a video; correct it."
        )
    if end_s < start_s:
        raise CaptionsUnreadable(
            f"has a segment {where} that ends before it starts ({start_s:g} s to {end_s:g} s); "
            "correct its times."
        )
    return start_s, end_s


def plain_lines(text: str) -> list[Segment]:
    """One untimed segment a line."""
    return [Segment(0.0, 0.0, _SPACES.sub(" ", line).strip()) for line in text.split("\n")]


def plain(text: str) -> str:
    """Without mark-up, entities and superfluous spaces."""
    return _SPACES.sub(" ", without_control(html.unescape(_TAG.sub("", text)))).strip()


def with_lengths(segments: list[Segment]) -> list[Segment]:
    """Segments in time; one that says no length lasts to the next, at most two seconds."""
    ordered = sorted(segments, key=lambda segment: segment.start_s)
    starts = [segment.start_s for segment in ordered[1:]] + [math.inf]
    return [
        segment
        if segment.end_s > segment.start_s
        else segment._replace(end_s=_after(segment.start_s, following_s))
        for segment, following_s in zip(ordered, starts, strict=True)
    ]


def _after(start_s: float, following_s: float) -> float:
    until_s = min(start_s + _LINGER_S, following_s)
    return until_s if until_s > start_s else start_s + _LINGER_S
