"""Captions as JSON: what YouTube, youtube-transcript-api, the Whispers and speech services write.

Items are found under whichever of the known names a file has, and each item's times and words under
the names that these programs give them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from core.errors import CaptionsUnreadable
from core.text.formats.cues import Cues, seconds_of

# Under which names lists of captions lie, the best first; inside "results" services nest them.
_LISTS = (
    "segments", "transcription", "events", "snippets", "captions", "cues", "subtitles", "body",
    "chunks", "utterances", "sentences", "paragraphs", "transcripts", "transcript", "monologues",
    "recognizedPhrases", "audio_segments", "actions", "lines", "data", "result", "results",
    "items", "alternatives", "channels", "words",
)  # fmt: skip
_TEXTS = ("text", "content", "transcript", "caption", "subtitle", "utf8", "sentence", "line",
          "display", "punctuated_word", "word", "value", "phrase", "body")  # fmt: skip
_STARTS = ("start", "from", "begin", "start_time", "startTime", "start_s", "start_sec", "offset",
           "time", "ts", "startSec", "start_seconds")  # fmt: skip
_ENDS = ("end", "to", "end_time", "endTime", "end_s", "end_sec", "stop", "end_ts", "endSec",
         "end_seconds")  # fmt: skip
_LENGTHS = ("duration", "dur", "length", "duration_s")
_MS_STARTS = ("tStartMs", "startMs", "start_ms", "startTimeMs", "offsetMs", "startOffsetMs")
_MS_ENDS = ("endMs", "end_ms", "endTimeMs", "tEndMs")
_MS_LENGTHS = ("dDurationMs", "durationMs", "duration_ms")
_TICKS = ("offsetInTicks",), (), ("durationInTicks",), 1e-7  # Azure's
_SLOW = 0.1  # letters a second: nobody speaks like that, so the numbers are milliseconds
_DEEP = 6  # lists within lists that are looked into
_PAUSE_S, _LONGEST = 1.0, 14  # between words, and words, where a caption of single words ends


def read(text: str) -> Cues:
    """Raises CaptionsUnreadable with a predicate where there is no list of captions."""
    held = _loaded(text)
    cues = Cues()
    items = _items(held, cues, _DEEP)
    if items is None:
        raise CaptionsUnreadable('must hold a list of {"text", "start", "duration"}.')
    if _are_words(items):
        items = list(_grouped(items))
    rows = [row for number, item in enumerate(items, 1) if (row := _row(item, number, cues))]
    unit = 0.001 if _milliseconds(rows) else 1.0
    for start, end, said, number, exact in rows:
        scale = 1.0 if exact else unit
        cues.add(start * scale, end * scale, said, f"item {number}")
    return cues


def _loaded(text: str) -> Any:
    """One value, or a list of those that stand on lines of their own (JSON Lines)."""
    try:
        try:
            return json.loads(text)
        except ValueError:
            return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise CaptionsUnreadable("is not valid JSON; export it again.") from error


def _items(held: Any, cues: Cues, deep: int) -> list[Any] | None:
    """The list of captions in `held`; of several videos' lists the first, which is said."""
    if deep == 0:
        return None
    if isinstance(held, list):
        lists = [inner for inner in held if isinstance(inner, list) and inner]
        if lists and all(isinstance(inner[0], dict | list) for inner in lists):
            if len(lists) > 1:
                cues.remarks.append(
                    f"The file holds captions of {len(lists)} videos; the first ones were taken."
                )
            return _items(lists[0], cues, deep - 1)
        alone = len(held) == 1 or (len(held) == 2 and held[1] == [])
        if alone and isinstance(held[0], dict) and not _has_time(held[0]):
            return _items(held[0], cues, deep - 1) or held
        return _words_of(held) or held
    if not isinstance(held, dict):
        return None
    for name in _LISTS:
        inner = held.get(name)
        if isinstance(inner, list | dict) and inner:
            found = _items(inner, cues, deep - 1)
            if found and any(map(_is_caption, found)):
                return found
    for name in _LISTS:  # what is there, though no item of it can be read: the reason is said
        if isinstance(held.get(name), list):
            return held[name]
    lists = [inner for inner in held.values() if isinstance(inner, list)]
    if len(lists) == 1:  # {video id: [...]}
        return _items(lists[0], cues, deep - 1)
    return None


def _words_of(held: list[Any]) -> list[Any]:
    """The words of results that have no times of their own: Google's, rev.ai's."""
    found: list[Any] = []
    for item in held:
        if not isinstance(item, dict) or _has_time(item):
            return []
        best = item.get("alternatives")
        inner = best[0].get("words") if best and isinstance(best[0], dict) else item.get("elements")
        found += inner if isinstance(inner, list) else []
    return found


def _is_caption(item: Any) -> bool:
    if isinstance(item, list):
        return len(item) >= 3
    return isinstance(item, dict) and (_has_time(item) or _text(item) is not None)


def _has_time(item: dict[str, Any]) -> bool:
    return not math.isnan(_times(item)[0])


def _row(item: Any, number: int, cues: Cues) -> tuple[float, float, str, int, bool] | None:
    """(start, end, words, number, whether surely in seconds) of one item."""
    if isinstance(item, list):  # [start, end, text]
        item = dict(zip(("start", "end", "text"), item, strict=False))
    if not isinstance(item, dict):
        cues.passed.append(f'item {number} has no "text"')
        return None
    said = _text(item)
    if said is None:
        if not any(name in item for name in _MS_STARTS):  # a window of YouTube's, without words
            cues.passed.append(f'item {number} has no "text"')
        return None
    start, end, exact = _times(item)
    if math.isnan(start + end):
        if said.strip():
            cues.passed.append(f'item {number} has no numbers for "start" and "duration"')
        return None
    return start, end, said, number, exact


def _text(item: dict[str, Any]) -> str | None:
    pieces = item.get("segs")
    if isinstance(pieces, list):
        return "".join(str(p.get("utf8", "")) for p in pieces if isinstance(p, dict))
    for name in _TEXTS:
        if isinstance(item.get(name), str):
            return str(item[name])
    for name in ("alternatives", "nBest"):
        inner = item.get(name)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            return _text(inner[0])
    words = item.get("words") or item.get("sentences")
    if isinstance(words, list) and words and all(isinstance(word, dict) for word in words):
        return _joined([_text(word) or "" for word in words])
    lines = item.get("lines")
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        return "\n".join(lines)
    return None


def _times(item: dict[str, Any]) -> tuple[float, float, bool]:
    """Start and end, NaN where they are not known, and whether they are surely in seconds."""
    pair = item.get("timestamp")
    if isinstance(pair, list) and len(pair) == 2:  # Transformers; the last may be open
        start, end = _number(pair[0]), _number(pair[1] if pair[1] is not None else pair[0])
        return start, end, True
    inner = item.get("offsets")
    if isinstance(inner, dict):  # whisper.cpp
        return _number(inner.get("from")) / 1000, _number(inner.get("to")) / 1000, True
    inner = item.get("timestamps")
    if isinstance(inner, dict):
        return _number(inner.get("from")), _number(inner.get("to")), True
    for starts, ends, lengths, scale in (
        (_MS_STARTS, _MS_ENDS, _MS_LENGTHS, 0.001),
        _TICKS,
        (_STARTS, _ENDS, _LENGTHS, 1.0),
    ):
        start = _of(item, starts) * scale
        if not math.isnan(start):
            end = _of(item, ends) * scale
            if math.isnan(end):
                named = any(item.get(name) is not None for name in (*ends, *lengths))
                end = start + (_of(item, lengths) * scale if named else 0.0)
            written = any(isinstance(item.get(name), str) for name in starts)
            return start, end, scale != 1.0 or written
    return math.nan, math.nan, True


def _of(item: dict[str, Any], names: Sequence[str]) -> float:
    """The first of these that the item has, as a number."""
    return next((_number(item[name]) for name in names if item.get(name) is not None), math.nan)


def _number(value: Any) -> float:
    """Numbers, "12.5", "12.5s", "0:00:12.5", {"seconds", "nanos"}; NaN for anything else."""
    if isinstance(value, bool) or value is None:
        return math.nan
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    if isinstance(value, dict):
        return _number(value.get("seconds", 0)) + _number(value.get("nanos", 0)) / 1e9
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(s|ms)?\s*", value)
        if match:
            return float(match[1]) * (0.001 if match[2] == "ms" else 1.0)
        return seconds_of(value)
    return math.nan


def _milliseconds(rows: Sequence[tuple[float, float, str, int, bool]]) -> bool:
    """Whether the numbers without a unit must be milliseconds: whole ones, and far too slow."""
    bare = [(start, end, said) for start, end, said, _, exact in rows if not exact]
    if not bare or not all(
        math.isfinite(a + b) and a.is_integer() and b.is_integer() for a, b, _ in bare
    ):
        return False
    shown = sum(end - start for start, end, _ in bare)
    letters = sum(len(said.strip()) for _, _, said in bare)
    return shown >= 200 and letters < _SLOW * shown


def _are_words(items: Sequence[Any]) -> bool:
    """Whether these are single words, as speech services list them."""
    said = [_text(item) or "" for item in items if isinstance(item, dict)]
    few = [text for text in said if len(text.split()) <= 1]
    marked = any(
        isinstance(item, dict) and (item.get("type") in ("pronunciation", "text", "word")
                                    or "word" in item or "punctuated_word" in item)
        for item in items
    )  # fmt: skip
    return marked and len(said) == len(items) and len(few) > 0.9 * len(said)


def _grouped(words: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Captions of words: one ends at the end of a sentence, at a pause and after 14 words."""
    said: list[str] = []
    first = last = math.nan
    for word in words:
        start, end, _ = _times(word)
        text = _text(word) or ""
        if math.isnan(start):  # a mark, which belongs to the word before it
            if said and text.strip():
                said[-1] += text.strip()
            continue
        full = bool(said) and (said[-1].rstrip()[-1:] in ".?!。？！" or len(said) >= _LONGEST)
        if said and (full or start - last > _PAUSE_S):
            yield {"text": _joined(said), "start": first, "end": last}
            said = []
        if not said:
            first = start
        said.append(text)
        last = end
    if said:
        yield {"text": _joined(said), "start": first, "end": last}


def _joined(words: Sequence[str]) -> str:
    """Words with spaces between, unless they bring their own or are Chinese or Japanese."""
    if any(word.startswith(" ") for word in words[1:]):
        return "".join(words)
    wide = sum(word[:1] > "\u2e80" for word in words)
    return ("" if wide > len(words) / 2 else " ").join(words)
