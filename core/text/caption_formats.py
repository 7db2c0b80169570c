"""What all caption formats share: control marks cleaned away, and how long a caption is shown."""

from __future__ import annotations

import html
import math
import re
import statistics
from itertools import pairwise

from core.text.encodings import without_control
from core.text.segments import Segment

MAX_S = 100 * 3600.0
_LINGER_S = 2.0  # how long a segment that says no length is shown, at most
_ENTITY = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_ESCAPED = 3  # times that a text may have been escaped
_RUBY = re.compile(r"<r[tp]\b[^<>]*>[^<]{0,200}</r[tp]>", re.DOTALL)  # how a word is pronounced
# Elements of HTML, WebVTT, TTML and SAMI. With attributes only where they have a value: "a<b and
# c>d" is no tag. A voice and a language take plain words, but no letter stands right before them.
_NAMES = (
    "a|abbr|b|big|blink|body|br|c|center|cite|code|del|div|em|font|head|html|i|img|ins|li|mark|ol|p|"
    "pre|q|sami|rb|rp|rt|rtc|ruby|s|script|small|span|strike|strong|style|sub|sup|sync|table|td|tr|tt|u|"
    "ul|v|lang|metadata"
)
_VALUE = r"""\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s<>"']+)"""
_TAG = re.compile(
    rf"</?(?:tt:)?(?:{_NAMES})(?:\.[^\s<>.]+)*(?:{_VALUE})*\s*/?>"
    r"|(?<!\w)<(?:v|lang)(?:\.[^\s<>.]+)*\s[^<>]*>"
    r"|<\d+(?::\d+)+(?:\.\d+)?>",
    re.IGNORECASE,
)
# Override blocks of SubStation Alpha, also inside SubRip, and those of MicroDVD.
_BLOCK = re.compile(r"\{\\[^{}]*\}|\{[yYfFsScCpPoOhH]:[^{}]*\}")
_ESCAPE = re.compile(r"\\[Nnh]")
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """One line without mark-up, entities, control words and superfluous spaces."""
    return _SPACES.sub(" ", unmarked(text)).strip()


def lines(text: str) -> list[str]:
    """The lines of a cue, each as `plain`; blank ones are left out."""
    broken = re.sub(r"<br\b[^<>]*>", "\n", text, flags=re.IGNORECASE)
    broken = re.sub(r"\\[Nn]", "\n", broken)
    return [line for line in map(plain, unmarked(broken).split("\n")) if line]


def unmarked(text: str) -> str:
    """Without mark-up, entities and control words. Entities that were escaped again are read
    again, and tags that were escaped are tags."""
    for _ in range(_ESCAPED):
        read = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
        if read == text:
            break
        text = read
    text = without_control(_ESCAPE.sub(" ", _BLOCK.sub("", text)))
    return _TAG.sub("", _RUBY.sub("", text))


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


def until_next(starts: list[float]) -> list[float]:
    """The ends of captions of which only the starts are known: each lasts to the next, the last
    as long as the middle one of the others."""
    order = sorted(set(starts))
    ends = dict(pairwise(order))
    usual = statistics.median(b - a for a, b in ends.items()) if ends else _LINGER_S
    return [ends.get(start, start + usual) for start in starts]


def _after(start_s: float, following_s: float) -> float:
    until_s = min(start_s + _LINGER_S, following_s)
    return until_s if until_s > start_s else start_s + _LINGER_S
