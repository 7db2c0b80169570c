"""Reads captions: a file of any of the known kinds (core.text.formats), or a video's own track."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import PurePath

from core.errors import CaptionsUnreadable
from core.text import caption_formats, formats, language
from core.text.encodings import cleaned
from core.text.formats import panel
from core.text.formats.choose import EXTENSIONS, KINDS
from core.text.formats.cues import Cue, Cues
from core.text.rolling import unrolled
from core.text.segments import Segment, Transcript

__all__ = ["EXTENSIONS", "MAX_BYTES", "of_track", "parse", "parse_pasted"]

MAX_BYTES = 20 * 1024**2
_MAX_SEGMENTS = 200_000
_MAX_LETTERS = 20_000  # of one segment


def parse(name: str, data: bytes, language_wanted: str = "auto") -> Transcript:
    """The captions in `data`, lines that roll up the screen said once; a cue that cannot be read is
    passed over, and the transcript's notes say so.

    Raises CaptionsUnreadable with a sentence that names the file and what to do.
    """
    return _transcript(name, PurePath(name).suffix.lower(), data, language_wanted)


def parse_pasted(text: str, language_wanted: str = "auto") -> Transcript:
    """Captions copied as text: YouTube's transcript panel, or what any caption file holds.

    Raises CaptionsUnreadable.
    """
    kept = panel.without_controls(cleaned(text))
    if not kept.strip():
        raise CaptionsUnreadable(
            "The pasted text holds no captions; copy the lines of YouTube's transcript with their "
            "times."
        )
    return _transcript("The pasted text", ".txt", kept.encode(), language_wanted)


def _transcript(name: str, extension: str, data: bytes, language_wanted: str) -> Transcript:
    try:
        segments, read = _parsed(extension, data)
    except CaptionsUnreadable as error:
        raise CaptionsUnreadable(f"{name} {error}") from error
    known = language_wanted if language_wanted in ("en", "zh", "other") else _spoken(segments)
    return Transcript(tuple(segments), read.timed, known, read.notes())


def of_track(rows: Sequence[tuple[float, float, str]], tagged: str) -> Transcript:
    """A video's own subtitles (start_s, end_s, text); `tagged` is the language by the file, or "".

    Chinese letters are Chinese whatever the tag says; what is shown before the first picture or
    at no time is left out. Raises CaptionsUnreadable with a predicate ("holds no captions; ...").
    """
    cues = [
        Cue(max(0.0, start_s), max(0.0, end_s), tuple(caption_formats.lines(cleaned(text))))
        for start_s, end_s, text in rows
        if math.isfinite(start_s + end_s) and end_s >= 0 and start_s <= caption_formats.MAX_S
    ]
    segments = list(dict.fromkeys(unrolled([cue for cue in cues if cue.lines])))
    _check(segments)
    detected = _spoken(segments)
    known = detected if detected == "zh" else tagged or detected
    return Transcript(tuple(caption_formats.with_lengths(segments)), True, known)


def _spoken(segments: Sequence[Segment]) -> str:
    return language.detect(" ".join(segment.text for segment in segments[:2000]))


def _parsed(extension: str, data: bytes) -> tuple[list[Segment], Cues]:
    if extension.removeprefix(".") not in EXTENSIONS:
        raise CaptionsUnreadable(f"is not a caption file this program reads; {KINDS}.")
    if len(data) > MAX_BYTES:
        raise CaptionsUnreadable(
            f"is {len(data) / 1e6:.0f} MB, too large for captions (at most 20 MB); {KINDS}."
        )
    read = formats.read(extension.removeprefix("."), data)
    read.refuse_if_empty()
    segments = list(dict.fromkeys(unrolled(read.found))) if read.timed else _untimed(read)
    _check(segments)
    return (caption_formats.with_lengths(segments) if read.timed else segments), read


def _untimed(read: Cues) -> list[Segment]:
    return [Segment(0.0, 0.0, " ".join(cue.lines)) for cue in read.found]


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
