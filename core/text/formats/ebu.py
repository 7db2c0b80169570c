"""EBU's binary .stl of television stations. Source: EBU Tech 3264, "Specification of the EBU
subtitling data exchange format" (1991)."""

from __future__ import annotations

import codecs
import unicodedata

from core.errors import CaptionsUnreadable
from core.text.formats.cues import Cues, seconds_of

_GENERAL, _BLOCK = 1024, 128  # bytes of the first block and of each text block
_TABLES = {b"01": "iso8859-5", b"02": "iso8859-6", b"03": "iso8859-7", b"04": "iso8859-8"}
_LAST, _COMMENT, _USER = 0xFF, 0x01, 0xFE
_NEW_LINE, _UNUSED = 0x8A, 0x8F
# ISO 6937: a mark stands before its letter; the rest of the upper half as far as it is used.
_ACCENTS = dict(
    zip(range(0xC1, 0xD0), "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\0\u030a\u0327\0"
        "\u030b\u0328\u030c", strict=True)
)  # fmt: skip
_UPPER = dict(zip(
    (*range(0xA1, 0xC0), *range(0xD0, 0xD8), *range(0xE0, 0x100)),
    "¡¢£$¥#§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿" "―¹®©™♪¬¦" "ΩÆÐªĦ\0ĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ\u00ad",
    strict=True,
))  # fmt: skip


def is_ebu(data: bytes) -> bool:
    """Whether the first block says so: "STL25.01"."""
    return data[3:6] == b"STL" and data[8:11] == b".01"


def read(data: bytes) -> Cues:
    """Its subtitles, from the programme's first time code on. Raises CaptionsUnreadable."""
    try:
        frames = int(data[6:8])
        table = _TABLES.get(data[12:14], "")
    except ValueError as error:
        raise CaptionsUnreadable("is a damaged .stl file; export it again.") from error
    if not frames:
        raise CaptionsUnreadable("is a damaged .stl file; export it again.")
    cues, text = Cues(), b""
    first_s = _programme(data[256:264], frames)
    for number, start in enumerate(range(_GENERAL, len(data) - _BLOCK + 1, _BLOCK), 1):
        block = data[start : start + _BLOCK]
        if block[15] == _COMMENT or block[3] == _USER:
            continue
        text += block[16:]
        if block[3] == _LAST:
            start_s, end_s = (_time(block[place : place + 4], frames) for place in (5, 9))
            early = first_s if start_s >= first_s else 0.0
            cues.add(start_s - early, end_s - early, _decoded(text, table), f"subtitle {number}")
            text = b""
    return cues


def _programme(code: bytes, frames: int) -> float:
    """Where the programme starts, by its time code HHMMSSFF."""
    written = code.decode("ascii", "replace")
    if not written.isdigit():
        return 0.0
    seconds = seconds_of(":".join((written[:2], written[2:4], written[4:6])))
    return seconds + int(written[6:]) / frames if seconds >= 0 else 0.0


def _time(code: bytes, frames: int) -> float:
    hours, minutes, seconds, part = code
    return hours * 3600 + minutes * 60 + seconds + part / frames


def _decoded(text: bytes, table: str) -> str:
    kept = bytes(
        0x0A if byte == _NEW_LINE else 0x20 if byte < 0x20 else byte
        for byte in text
        if byte != _UNUSED and not 0x80 <= byte < 0x8A
    )
    return codecs.decode(kept, table, "replace") if table else _iso_6937(kept)


def _iso_6937(text: bytes) -> str:
    said, accent = [], ""
    for byte in text:
        if byte in _ACCENTS:
            accent = _ACCENTS[byte].strip("\0")
            continue
        letter = chr(byte) if byte < 0x80 else _UPPER.get(byte, "").strip("\0")
        said.append(letter + accent)
        accent = ""
    return unicodedata.normalize("NFC", "".join(said))
