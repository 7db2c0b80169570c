"""Captions as XML: TTML and DFXP, YouTube's timed text (srv1, srv2, srv3), and SAMI."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.errors import CaptionsUnreadable
from core.text.formats.cues import Cues, seconds_of

_STRAY = re.compile(r"&(?!#?\w+;)")
_NAMED = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)(\w+);")
_STRAY_LESS = re.compile(r"<(?![/!?A-Za-z])")
_PROLOGUE = re.compile(r"\s*<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>")
_ELEMENT = re.compile(r"<((?:\w{1,20}:)?(?:p|text))\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_OFFSET = re.compile(r"(-?\d+(?:\.\d+)?)(h|ms|m|s|f|t)")
_SYNC = re.compile(r"<sync\b[^<>]{0,200}?\bstart\s*=\s*[\"']?\s*(-?\d+)[^>]*>", re.IGNORECASE)
_CLASS = re.compile(r"<p\b[^<>]{0,200}?\bclass\s*=\s*[\"']?([\w-]+)[^>]*>", re.IGNORECASE)
_DEEP = 50  # elements within elements


def read(text: str) -> Cues:
    """TTML or YouTube's timed text; one that is not well-formed is read element by element.

    Raises CaptionsUnreadable with a predicate for XML of another kind.
    """
    tidy = _STRAY_LESS.sub("&lt;", _STRAY.sub("&amp;", _PROLOGUE.sub("", text, count=2)))
    tidy = _NAMED.sub(_numbered, tidy)
    try:
        root = fromstring(tidy.strip(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise CaptionsUnreadable("declares entities of its own; export it again.") from error
    except ParseError:
        return _piecewise(text)
    cues = Cues()
    _gather(root, cues, _Clock(_plain_names(root)))
    return cues


def _numbered(entity: re.Match[str]) -> str:
    """HTML's entities by number, as XML knows them; others are text, whatever declares them."""
    meant = html.unescape(entity[0])
    if meant == entity[0]:
        return f"&amp;{meant[1:]}"
    return "".join(f"&#{ord(letter)};" for letter in meant)


class _Clock:
    """How a document counts: TTML by frames and ticks too, YouTube by seconds or milliseconds."""

    def __init__(self, root: dict[str, str]) -> None:
        rate = _float(root.get("frameRate"), 30.0)
        factor = re.fullmatch(r"(\d+)[\s:](\d+)", root.get("frameRateMultiplier", "").strip())
        self.frames = rate * int(factor[1]) / max(1, int(factor[2])) if factor else rate
        self.ticks = _float(root.get("tickRate"), self.frames if "frameRate" in root else 1.0)

    def seconds(self, written: str | None) -> float:
        """NaN where nothing or no time is written."""
        if written is None:
            return math.nan
        match = _OFFSET.fullmatch(written.strip())
        if match is None:
            bare = written.strip()
            return float(bare) if re.fullmatch(r"\d+(\.\d+)?", bare) else self._clock(bare)
        number = float(match[1])
        unit = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}.get(match[2])
        if unit is not None:
            return number * unit
        return number / (self.frames if match[2] == "f" else self.ticks)

    def _clock(self, written: str) -> float:
        match = re.fullmatch(r"(\d+:\d\d:\d\d):(\d+)(?:\.\d+)?", written)
        if match:
            return seconds_of(match[1]) + int(match[2]) / self.frames
        match = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", written)
        if match:
            return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])
        return seconds_of(written)


def _gather(root: Element, cues: Cues, times: _Clock) -> None:
    """Every p and text, or where a p has no times its spans, by the times of what is around."""
    numbers = iter(range(1, 10**9))

    def walk(element: Element, since_s: float, deep: int) -> None:
        if deep > _DEEP:
            return
        own = _plain_names(element)
        start_s, end_s = _span(own, since_s, times)
        name = _name(element)
        spans = [child for child in element if "begin" in _plain_names(child)]
        if name in ("p", "text") and (not math.isnan(start_s) or not spans):
            where = f"caption {next(numbers)}"
            said = _words(element)
            if math.isnan(start_s + end_s):
                if said.strip():
                    cues.passed.append(f"{where} has no times that can be read")
            else:
                cues.add(start_s, end_s, said, where)
            return
        if name == "span" and not math.isnan(start_s + end_s):
            cues.add(start_s, end_s, _words(element), f"caption {next(numbers)}")
            return
        inner_s = start_s if "begin" in own and not math.isnan(start_s) else since_s
        for child in element:
            walk(child, inner_s, deep + 1)

    walk(root, 0.0, 0)


def _span(own: dict[str, str], since_s: float, times: _Clock) -> tuple[float, float]:
    """Start and end of an element, NaN where it does not say; no end is the start."""
    if "t" in own:  # milliseconds
        start_s = times.seconds(own["t"] + "ms")
        return start_s, start_s + _float(own.get("d"), 0.0) / 1000
    if "start" in own:
        start_s = times.seconds(own["start"])
        return start_s, start_s + _float(own.get("dur"), 0.0)
    start_s = since_s + times.seconds(own.get("begin"))
    if "end" in own:
        return start_s, since_s + times.seconds(own["end"])
    length = own.get("dur", own.get("duration"))
    return start_s, start_s + (0.0 if length is None else times.seconds(length))


def _words(element: Element) -> str:
    """What an element says: br is a new line, other line ends are spaces; metadata says nothing."""

    def pieces(one: Element) -> Iterator[str]:
        name = _name(one)
        if name in ("metadata", "rt", "rp"):
            return
        yield "\n" if name == "br" else re.sub(r"\s+", " ", one.text or "")
        for child in one:
            yield from pieces(child)
            yield re.sub(r"\s+", " ", child.tail or "")

    if _name(element) == "text" or not len(element):  # YouTube's lines are the text's own
        return "".join(element.itertext())
    return "".join(pieces(element))


def _piecewise(text: str) -> Cues:
    """What is not well-formed, by its p and text elements alone."""
    cues = Cues()
    times = _Clock(_attributes(text[: text.find(">", text.find("<tt")) + 1]))
    starts = list(_ELEMENT.finditer(text))
    untils = [start.start() for start in starts[1:]] + [len(text)] * bool(starts)
    for number, (start, until) in enumerate(zip(starts, untils, strict=True), 1):
        said, closed, _ = text[start.end() : until].partition(f"</{start[1]}")
        if not closed:  # cut off
            continue
        start_s, end_s = _span(_attributes(start[2]), 0.0, times)
        if math.isnan(start_s + end_s):
            cues.passed.append(f"caption {number} has no times that can be read")
        else:
            cues.add(start_s, end_s, re.sub(r"</?\w+:", "<", said), f"caption {number}")
    cues.remarks.append("The caption file is damaged; what of it could be read was taken.")
    return cues


def sami(text: str) -> Cues:
    """.smi: each SYNC lasts to the next of its language; of several the one with most words."""
    marks = list(_SYNC.finditer(text))
    if not marks:
        return Cues()
    by_class: dict[str, list[tuple[float, str, int]]] = {}
    for number, (mark, following) in enumerate(zip(marks, [*marks[1:], None], strict=True), 1):
        body = text[mark.end() : following.start() if following else len(text)]
        parts = _CLASS.split(body)
        pairs = list(zip(parts[1::2], parts[2::2], strict=True)) or [("", body)]
        for kind, said in pairs:
            by_class.setdefault(kind, []).append((int(mark[1]) / 1000, said, number))
    cues = Cues()
    if not by_class:
        return cues
    rows = max(by_class.values(), key=lambda rows: sum(len(said) for _, said, _ in rows))
    ends = [start_s for start_s, _, _ in rows[1:]] + [rows[-1][0]]
    for (start_s, said, number), end_s in zip(rows, ends, strict=True):
        cues.add(start_s, end_s, said, f"caption {number}")
    return cues


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _plain_names(element: Element) -> dict[str, str]:
    return {str(name).rsplit("}", 1)[-1]: value for name, value in element.attrib.items()}


def _attributes(written: str) -> dict[str, str]:
    return {
        name.rsplit(":", 1)[-1]: html.unescape(double or single)
        for name, double, single in _ATTRIBUTE.findall(written)
    }


def _float(written: str | None, otherwise: float) -> float:
    try:
        return float(written) if written else otherwise
    except ValueError:
        return math.nan
