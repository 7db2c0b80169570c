"""Finds out how a text file is encoded: Unicode with or without a mark, GB18030, Latin-1."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def decoded(data: bytes) -> str | None:
    """The text, its line ends made \\n and control characters removed; None for binary data."""
    text = _text(data)
    if text is None or text.count("\0") > len(text) / 100:
        return None
    return cleaned(text)


def cleaned(text: str) -> str:
    """Line ends made \\n, and without what `without_control` takes away."""
    return without_control(text.replace("\r\n", "\n").replace("\r", "\n"))


def without_control(text: str) -> str:
    """Without letters that no screen shows, no file keeps or that turn the writing round."""
    return _CONTROL.sub("", text)


def _text(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    half = len(data) / 2
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # Latin letters: half are NUL
        if data[offset::2].count(0) > 0.5 * half and data[1 - offset :: 2].count(0) < 0.1 * half:
            return data.decode(encoding, errors="replace")
    for encoding in ("utf-8", "gb18030") if _looks_chinese(data) else ("utf-8",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")


def _looks_chinese(data: bytes) -> bool:
    """Chinese characters come as pairs of high bytes; the accents of Latin-1 mostly come alone."""
    runs = [len(run) for run in _HIGH_RUNS.findall(data)]
    return sum(run for run in runs if run % 2 == 0) >= 0.6 * sum(runs)
