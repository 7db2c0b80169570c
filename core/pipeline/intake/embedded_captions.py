"""Chooses among the subtitles that lie in a video file by language, and says which it took."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from core.errors import CaptionsUnavailable, CaptionsUnreadable, VideoUnreadable
from core.text import captions
from core.text.language import of_code
from core.text.segments import Transcript
from core.video import frames

_UPLOAD = "Upload a caption file (.srt, .vtt) instead."
_NAMES = {"en": "English", "zh": "Chinese"}
_FEW = 0.25  # of the segments of the longest track of its language: signs and songs only


class _Track(NamedTuple):
    number: int
    kind: str  # SubRip, ASS, closed captions, ...
    code: str  # of its language, as the file has it
    forced: bool  # only what a viewer of the dubbed film does not understand
    default: bool
    transcript: Transcript

    def __str__(self) -> str:
        return f"{self.number} ({self.kind}, {_named(self.transcript.language, self.code)})"


def embedded_captions(file: Path, name: str, language: str) -> tuple[Transcript, str] | None:
    """The file's own subtitles in `language` ("en", "zh"), and a sentence that says which they are.

    "auto" takes the language of the sound, then English, Chinese and any other. None where the
    file has no subtitles at all; raises CaptionsUnavailable where it has none that can be taken.
    """
    try:
        found = frames.subtitles(file, name)
    except VideoUnreadable as error:
        raise CaptionsUnavailable(f"The file's own subtitles were not read: {error}") from error
    tracks, refused = _readable(found["tracks"], language)
    chosen = _chosen(tracks, language, of_code(found["spoken"]))
    if chosen is not None:
        others = ", ".join(str(track) for track in tracks if track is not chosen)
        beside = f"; there are also {others}" if others else ""
        return chosen.transcript, f"Captions are the file's own subtitles, track {chosen}{beside}."
    if tracks:
        there = ", ".join(map(str, tracks))
        raise CaptionsUnavailable(f"No {_NAMES[language]} subtitles in {name}: {there}. {_UPLOAD}")
    if refused or found["unread"]:
        unread = ", ".join([*refused, *(f"{kind} is not read" for kind in found["unread"])])
        raise CaptionsUnavailable(f"No subtitles of {name} could be taken: {unread}. {_UPLOAD}")
    return None


def _readable(tracks: Sequence[dict[str, Any]], wanted: str) -> tuple[list[_Track], list[str]]:
    """The tracks that hold captions, and of the others why not."""
    taken, refused = [], []
    for track in tracks:
        code = track["language"] or ""
        try:
            said = captions.of_track(track["segments"], of_code(code))
        except CaptionsUnreadable as error:
            refused.append(f"track {track['number']} {str(error).rstrip('.')}")
            continue
        facts = {name: track[name] for name in ("number", "kind", "forced", "default")}
        taken.append(_Track(**facts, code=code, transcript=said))
    return taken, refused


def _chosen(tracks: Sequence[_Track], language: str, spoken: str) -> _Track | None:
    """By language first; then whole ones before forced or few words, then the default one."""
    first = [language] if language == "other" else []
    ranked = [language] if language in _NAMES else [*first, spoken, "en", "zh"]
    longest: dict[str, int] = {}
    for track in tracks:
        length = len(track.transcript.segments)
        longest[track.transcript.language] = max(length, longest.get(track.transcript.language, 0))

    def order(track: _Track) -> tuple[int, bool, bool, bool, int]:
        its = track.transcript.language
        few = len(track.transcript.segments) < _FEW * longest[its]
        rank = ranked.index(its) if its in ranked else len(ranked)
        return rank, track.forced, few, not track.default, track.number

    fitting = [t for t in tracks if language not in _NAMES or t.transcript.language == language]
    return min(fitting, key=order, default=None)


def _named(language: str, code: str) -> str:
    return _NAMES.get(language) or code or "another language"
