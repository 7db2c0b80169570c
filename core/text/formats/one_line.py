"""Formats with one caption a line: lyrics (.lrc), MicroDVD and MPL2 (.sub)."""

from __future__ import annotations

import re

from core.text.caption_formats import until_next
from core.text.formats.cues import Cues

_FILM = 24000 / 1001  # frames a second of most films, where a file of frames does not say
_LYRICS = re.compile(r"\s*((?:\[\d{1,3}:[0-5]?\d(?:[.:]\d{1,3})?\]\s*)+)(.*)$")
_LYRICS_TIME = re.compile(r"\[(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?\]")
_HOURS = re.compile(r"\[\d{1,3}:[0-5]?\d:(\d{1,3})\]")
_OF_A_SONG = re.compile(r"\[(?:ti|ar|al|by|au|la|re|ve|length|offset):", re.IGNORECASE)
_OFFSET = re.compile(r"\[offset:\s*([+-]?\d+)\s*\]", re.IGNORECASE)
_MICRODVD = re.compile(r"\s*\{(\d+)\}\s*\{(\d*)\}(.*)$")
_MPL2 = re.compile(r"\s*\[(\d+)\]\s*\[(\d*)\](.*)$")


def is_lyrics(text: str) -> bool:
    return _share(_LYRICS, text) > 0


def lyrics(text: str) -> Cues:
    """.lrc: [mm:ss.xx] before the words, several times for a refrain; [offset:ms] is sooner.

    [hh:mm:ss] looks like the [mm:ss:xx] that songs have: without a song's tags, and where no last
    number reaches 60, it is taken for hours.
    """
    sixty = 60 if _are_hours(text) else 1
    offset = _OFFSET.search(text)
    sooner_s = int(offset[1]) / 1000 if offset else 0.0
    rows: list[tuple[float, str, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _LYRICS.match(line)
        if match:
            for minutes, seconds, part in _LYRICS_TIME.findall(match[1]):
                rest_s = float(part or 0) if sixty > 1 else float(f"0.{part or 0}")
                start_s = sixty * (int(minutes) * 60 + int(seconds)) + rest_s
                rows.append((max(0.0, start_s - sooner_s), match[2], number))
    return _started(sorted(rows))


def _are_hours(text: str) -> bool:
    lasts = _HOURS.findall(text)
    return all(len(one) == 2 and one < "60" for one in lasts) and (
        bool(lasts) and not _OF_A_SONG.search(text)
    )


def is_microdvd(text: str) -> bool:
    return _share(_MICRODVD, text) > 0.5


def microdvd(text: str) -> Cues:
    """.sub in frames: {start}{end}words; a first line {1}{1}25 says how many a second."""
    cues, rate = Cues(), 0.0
    for number, line in enumerate(text.split("\n"), 1):
        match = _MICRODVD.match(line)
        if not match:
            if line.strip():
                cues.passed.append(f"line {number} has no frames")
            continue
        start, end, said = int(match[1]), int(match[2] or match[1]), match[3]
        if not cues.found and re.fullmatch(r"\s*\d{1,3}(?:[.,]\d+)?\s*", said) and start <= 1:
            rate = float(said.replace(",", ".")) or rate
            continue
        taken = rate or _FILM
        cues.add(start / taken, end / taken, _new_lines(said), f"line {number}")
    if not rate:
        cues.remarks.append(
            f"The caption file counts frames and does not say how fast: {_FILM:.3f} a second "
            "were taken."
        )
    return cues


def is_mpl2(text: str) -> bool:
    return _share(_MPL2, text) > 0.5


def mpl2(text: str) -> Cues:
    """[start][end]words in tenths of a second; a line that begins with / is in italics."""
    cues = Cues()
    for number, line in enumerate(text.split("\n"), 1):
        match = _MPL2.match(line)
        if match:
            start, end = int(match[1]), int(match[2] or match[1])
            said = "\n".join(part.lstrip("/") for part in match[3].split("|"))
            cues.add(start / 10, end / 10, said, f"line {number}")
        elif line.strip():
            cues.passed.append(f"line {number} has no times")
    return cues


def _started(rows: list[tuple[float, str, int]]) -> Cues:
    """Cues of which the start is known: seconds, words and the line they are on."""
    cues = Cues()
    ends = until_next([start_s for start_s, _, _ in rows])
    for (start_s, said, number), end_s in zip(rows, ends, strict=True):
        cues.add(start_s, end_s, said, f"line {number}")
    return cues


def _new_lines(said: str) -> str:
    return said.replace("|", "\n")


def _share(pattern: re.Pattern[str], text: str) -> float:
    written = [line for line in text.split("\n") if line.strip()]
    return sum(pattern.match(line) is not None for line in written) / max(1, len(written))
