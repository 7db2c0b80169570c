"""Reads captions: a file (.srt, .vtt, youtube-transcript-api's .json, .txt) or a video's track."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import PurePath

from core.errors import CaptionsUnreadable
from core.text import caption_formats, language
from core.text.encodings import cleaned, decoded
from core.text.segments import Segment, Transcript

EXTENSIONS = ("srt", "vtt", "json", "txt")  # for upload boxes
MAX_BYTES = 20 * 1024**2
_MAX_SEGMENTS = 200_000
_MAX_LETTERS = 20_000  # of one segment
_KINDS = "use .srt, .vtt, .json (youtube-transcript-api) or .txt"


def parse(name: str, data: bytes, language_wanted: str = "auto") -> Transcript:
    """The captions in `data`; overlapping segments (YouTube's rolling ones) stay as they are.

    Raises CaptionsUnreadable with a sentence that names the file and what to do.
    """
    try:
        segments, timed = _parsed(PurePath(name).suffix.lower(), data)
    except CaptionsUnreadable as error:
        raise CaptionsUnreadable(f"{name} {error}") from error
    known = language_wanted if language_wanted in ("en", "zh", "other") else _spoken(segments)
    return Transcript(tuple(segments), timed, known)


def of_track(rows: Sequence[tuple[float, float, str]], tagged: str) -> Transcript:
    """A video's own subtitles (start_s, end_s, text); `tagged` is the language by the file, or "".

    Chinese letters are Chinese whatever the tag says; what is shown before the first picture or
    at no time is left out. Raises CaptionsUnreadable with a predicate ("holds no captions; ...").
    """
    segments = [
        Segment(max(0.0, start_s), max(0.0, end_s), caption_formats.plain(cleaned(text)))
        for start_s, end_s, text in rows
        if math.isfinite(start_s + end_s) and end_s >= 0 and start_s <= caption_formats.MAX_S
    ]
    segments = list(dict.fromkeys(segment for segment in segments if segment.text))
    _check(segments)
    detected = _spoken(segments)
    known = detected if detected == "zh" else tagged or detected
    return Transcript(tuple(caption_formats.with_lengths(segments)), True, known)


def _spoken(segments: Sequence[Segment]) -> str:
    return language.detect(" ".join(segment.text for segment in segments[:2000]))


def _parsed(extension: str, data: bytes) -> tuple[list[Segment], bool]:
    if extension.removeprefix(".") not in EXTENSIONS:
        raise CaptionsUnreadable(f"is not a caption file this program reads; {_KINDS}.")
    if len(data) > MAX_BYTES:
        raise CaptionsUnreadable(
            f"is {len(data) / 1e6:.0f} MB, too large for captions (at most 20 MB); {_KINDS}."
        )
    text = decoded(data)
    if text is None:
        raise CaptionsUnreadable(f"is not a text file; {_KINDS}.")
    segments, timed = _by_kind(extension, text)
    segments = [segment for segment in segments if segment.text]
    _check(segments)
    return (caption_formats.with_lengths(segments) if timed else segments), timed


def _by_kind(extension: str, text: str) -> tuple[list[Segment], bool]:
    if extension == ".json":
        return caption_formats.transcript_json(text), True
    if "-->" in text:
        return caption_formats.timed_lines(text), True
    if extension != ".txt" and text.strip():
        raise CaptionsUnreadable(
            "holds no times (00:00:01,000 --> 00:00:03,500); "
            "save it as .txt to spread its lines evenly."
        )
    return caption_formats.plain_lines(text), False


def _check(segments: list[Segment]) -> None:
    if not segments:
        raise CaptionsUnreadable("holds no captions; choose another file.")
    if len(segments) > _MAX_SEGMENTS:
        raise CaptionsUnreadable(f"holds {len(segments):,} segments, more than {_MAX_SEGMENTS:,}.")
    longest = max(len(segment.text) for segment in segments)
    if longest > _MAX_LETTERS:
        raise CaptionsUnreadable(
            f"holds a segment of {longest:,} letters (at most {_MAX_LETTERS:,}); "
            "put one sentence on each line."
        )
