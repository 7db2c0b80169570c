"""Two segments made one, one made two: what they said first, and the times of words, go along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from core.errors import InvalidSetting
from core.records import Caption
from core.text.scripts import UNSPACED

_WIDE = re.compile(f"[{UNSPACED}，。！？、；：]")
_Words = Sequence[tuple[float, float, str, float]]


def merged(first: Caption, second: Caption) -> Caption:
    """Both as one; it is corrected where one of them is, and then its first wording is both's."""
    original = {}
    if first.corrected or second.corrected:
        begin, end = _original(first), _original(second)
        original = {
            "original_text": _joined(begin.text, end.text),
            "original_start_s": begin.start_s,
            "original_end_s": max(begin.end_s, end.end_s),
        }
    words = (*first.word_times, *second.word_times)
    return replace(
        first,
        text=_joined(first.text, second.text),
        end_s=max(first.end_s, second.end_s),
        confidence=_confidence((first, second), words),
        word_times=words,
        **original,  # type: ignore[arg-type]
    )


def split(segment: Caption, at: int) -> tuple[Caption, Caption]:
    """The letters before `at` and the rest, each with its times and first wording.

    The time between them is that of the word at the cut, else by the share of letters. Raises
    InvalidSetting where nothing would be left on one side.
    """
    left, right = segment.text[:at].rstrip(), segment.text[at:].lstrip()
    if not left or not right:
        raise InvalidSetting("There is nothing on one side; put the cursor between two words.")
    original = _original(segment)
    cut = _same_place(segment.text, original.text, at)
    place = _words_before(segment.word_times, original.text, cut)
    time_s = _time_of_cut(segment, place, at)
    before, after = segment.word_times[:place], segment.word_times[place:]
    first = replace(segment, text=left, end_s=time_s, word_times=before)
    second = replace(segment, text=right, start_s=time_s, word_times=after)
    if segment.corrected:
        first_s, end_s = original.start_s, original.end_s
        between = min(max(time_s, first_s), end_s)
        first = _with_original(first, original.text[:cut].strip(), first_s, between)
        second = _with_original(second, original.text[cut:].strip(), between, end_s)
    return (
        replace(first, confidence=_confidence((segment,), before)),
        replace(second, confidence=_confidence((segment,), after)),
    )


def _original(segment: Caption) -> Caption:
    """The segment as it was before any correction."""
    if segment.original_text is None:
        return segment
    return replace(
        segment,
        text=segment.original_text,
        start_s=segment.original_start_s or 0.0,
        end_s=segment.original_end_s or 0.0,
    )


def _with_original(segment: Caption, text: str, start_s: float, end_s: float) -> Caption:
    if (text, start_s, end_s) == (segment.text, segment.start_s, segment.end_s):
        return replace(segment, original_text=None, original_start_s=None, original_end_s=None)
    return replace(segment, original_text=text, original_start_s=start_s, original_end_s=end_s)


def _joined(first: str, second: str) -> str:
    spaced = first and second and not (_WIDE.match(first[-1]) or _WIDE.match(second[0]))
    return f"{first} {second}" if spaced else first + second


def _confidence(segments: Sequence[Caption], words: _Words) -> float | None:
    """The mean of the words' probabilities, else the least of the segments'."""
    if words:
        return sum(word[3] for word in words) / len(words)
    known = [one.confidence for one in segments if one.confidence is not None]
    return min(known, default=None)


def _same_place(text: str, other: str, at: int) -> int:
    """The place in `other` that stands for place `at` in `text`."""
    if text == other:
        return at
    for tag, start, end, first, last in SequenceMatcher(
        a=text, b=other, autojunk=False
    ).get_opcodes():
        if start <= at <= end and end > start:
            return first + min(at - start, last - first) if tag != "delete" else first
    return len(other)


def _words_before(words: _Words, text: str, cut: int) -> int:
    """How many of the words, which make up `text`, begin before `cut`."""
    end = 0
    for place, word in enumerate(words):
        begin = text.find(word[2], end)
        if begin >= cut:
            return place
        end = max(end, begin + len(word[2]))
    return len(words)


def _time_of_cut(segment: Caption, place: int, at: int) -> float:
    if 0 < place < len(segment.word_times):
        time_s = float(segment.word_times[place][0])
        if segment.start_s < time_s < segment.end_s:
            return time_s
    share = at / len(segment.text)
    return round(segment.start_s + share * (segment.end_s - segment.start_s), 3)
