"""SubRip, WebVTT and what is like them: a line of times, then the words; SubViewer, YouTube's .sbv
and DVD Studio's text .stl have both times in another dress."""

from __future__ import annotations

import math
import re
import unicodedata

from core.text.formats.cues import Cues, seconds_of

_TIME = r"[-\d][\d:：.,; ]*"
_ARROW = r"\s*(?:[-–—=]{1,3}[>＞]|[→⟶])\s*"
_TIMING = re.compile(rf"\s*\[?\s*({_TIME}?){_ARROW}({_TIME}\d)\s*\]?(.*)$")
_SETTING = re.compile(r"\s*(?:(?:[A-Za-z-]+|[XY]\d)\s*:\s*\S+\s*)*$")  # WebVTT's, SubRip's X1:40
_CLOCK = r"(\d{1,3}:\d\d:\d\d[.:;]\d{1,3})"
_PAIR = re.compile(rf"\s*{_CLOCK}(?:,|\s+[-–—]\s+|\s+){_CLOCK}\s*$")
_AVID = re.compile(r"<(?:begin|end) subtitles>")
_ONLY_TIMES = re.compile(r"[\s\d:.,;=>→⟶–—-]+$")
_APART = re.compile(r"(?<=\d)\s*([:.,])\s*(?=\d)")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_SPRUCE = re.compile(
    r"\s*(\d\d:\d\d:\d\d[:;.]\d\d)\s*[,\t ]\s*(\d\d:\d\d:\d\d[:;.]\d\d)\s*[,\t ]\s*(.*)$"
)


def is_arrows(text: str) -> bool:
    """Whether some line has times around an arrow."""
    return any(_arrow(_tidied(line)) for line in text.split("\n"))


def arrows(text: str) -> Cues:
    """SRT and VTT: whatever follows a line of times up to the next one, blank lines or not."""
    cues, written = Cues(), [_tidied(line) for line in text.split("\n")]
    webvtt = text.lstrip().startswith("WEBVTT")
    starts = [number for number, line in enumerate(written) if _arrow(line)]
    for place, number in enumerate(starts):
        until = starts[place + 1] if place + 1 < len(starts) else len(written)
        last = until == len(written)
        body = _words(written[number + 1 : until], webvtt, last)
        match = _TIMING.match(written[number])
        where = f"line {number + 1}"
        start_s, end_s = (_time(match[1]), _time(match[2])) if match else (math.nan, math.nan)
        if math.isnan(start_s + end_s):
            cues.passed.append(
                f"{where} has times that cannot be read ({written[number].strip()[:40]!r})"
            )
            continue
        if match and not _SETTING.match(match[3]):  # words behind the times, as Whisper prints
            body = [match[3], *body]
        cues.add(start_s, end_s, "\n".join(body), where)
    return cues


def _tidied(line: str) -> str:
    """A line of nothing but times, its signs as usual: full-width ones, or with spaces between."""
    usual = unicodedata.normalize("NFKC", line)
    tidy = _APART.sub(r"\1", usual) if _ONLY_TIMES.match(usual) else line
    return tidy if _TIMING.match(tidy) else line


def _arrow(line: str) -> bool:
    """Times that can be read, or an arrow between what was meant as times."""
    if _TIMING.match(line):
        return True
    before, arrow, _ = line.partition("-->")
    if not arrow:
        return False
    meant = re.search(r"\d\s*[:：]\s*\w", line) or not re.search(r"[^\W\d_]", before)
    return bool(meant)  # "press A --> B" is words


def _words(body: list[str], webvtt: bool, last: bool) -> list[str]:
    """A cue's lines, without the next one's number or name, and WebVTT's comments."""
    if webvtt:
        body = _without_blocks(body)
    if last or not body or not body[-1].strip():
        return body
    follows_blank = len(body) == 1 or not body[-2].strip()
    if body[-1].strip().isdigit() or (webvtt and follows_blank):
        return body[:-1]
    return body


def _without_blocks(body: list[str]) -> list[str]:
    """A NOTE, STYLE or REGION goes from the blank line before it to the one behind it."""
    kept: list[str] = []
    inside, blank = False, False
    for line in body:
        if not line.strip():
            inside, blank = False, True
        elif blank and _BLOCK.match(line):
            inside = True
        if not inside:
            kept.append(line)
        blank = not line.strip()
    return kept


def _time(text: str) -> float:
    """Clock time, or plain seconds; negative ones are negative."""
    bare = text.strip().rstrip(",;.:")
    if bare.startswith("-"):
        return -abs(_time(bare[1:])) or math.nan
    if re.fullmatch(r"\d+(?:[.,]\d+)?", bare):
        return float(bare.replace(",", "."))
    return seconds_of(bare)


def is_pairs(text: str) -> bool:
    """Whether some line is two times with a comma between."""
    return any(_PAIR.match(line) for line in text.split("\n"))


def pairs(text: str) -> Cues:
    """.sbv and SubViewer's .sub: a line of two times, then the words, [br] for a new line; so do
    Premiere (a dash between the times) and Avid (a space)."""
    cues, written = Cues(), _AVID.sub("", text).split("\n")
    starts = [number for number, line in enumerate(written) if _PAIR.match(line)]
    for number, until in zip(starts, [*starts[1:], len(written)], strict=True):
        match = _PAIR.match(written[number])
        body = "\n".join(written[number + 1 : until]).replace("[br]", "\n")
        if match:
            start_s, end_s = (seconds_of(match[1]), seconds_of(match[2]))
            cues.add(start_s, end_s, body, f"line {number + 1}")
    return cues


def is_spruce(text: str) -> bool:
    """Whether some line is two time codes and words."""
    return any(_SPRUCE.match(line) for line in text.split("\n"))


def spruce(text: str) -> Cues:
    """DVD Studio Pro's text .stl: hours, minutes, seconds and frames; | is a new line."""
    found = [
        (number, match)
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _SPRUCE.match(line))
    ]
    last = max((int(match[i][-2:]) for _, match in found for i in (1, 2)), default=0)
    rate = 25.0 if last < 25 else 30.0
    cues = Cues()
    for number, match in found:
        start_s, end_s = (
            seconds_of(match[i][:8]) + int(match[i][-2:]) / rate
            if seconds_of(match[i][:8]) >= 0
            else math.nan
            for i in (1, 2)
        )
        cues.add(start_s, end_s, match[3].replace("|", "\n"), f"line {number}")
    return cues
