"""Finds out how a text file is encoded: Unicode with or without a mark, or an older encoding."""

from __future__ import annotations

import codecs
import re
import unicodedata

from core.text.legacy_encodings import best_decoded

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MULTIBYTE = re.compile(  # a character of UTF-8 beyond ASCII
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\x85]"
)


def decoded(data: bytes) -> str | None:
    """The text, its line ends made \\n and control characters removed; None for binary data."""
    text = _text(data)
    if text is None or text.count("\0") > len(text) / 100:
        return None
    return cleaned(text)


def cleaned(text: str) -> str:
    """Line ends made \\n, and without what `without_control` takes away."""
    ends = re.sub("\r\n?|\u2028|\u2029|\x85", "\n", text)
    return without_control(ends)


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
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_damaged_utf_8(data):
        return data.decode("utf-8", errors="replace")
    return best_decoded(data)


def _is_damaged_utf_8(data: bytes) -> bool:
    """Whether what is above ASCII is UTF-8 but for a few bytes: a bad one costs one character.

    In text of another encoding some pairs of bytes are a character of UTF-8 by chance, of one
    script now and of another then; three in a row hardly ever are.
    """
    sound = [found.decode() for found in _MULTIBYTE.findall(data)]
    bad = len(_HIGH.findall(_MULTIBYTE.sub(b"", data)))
    long = sum(letter > "\u07ff" for letter in sound)
    if 3 * long >= bad:
        return True
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in sound}
    return len(sound) >= bad and len(scripts) == 1
