"""Changes good bytes, texts and JSON into bad ones, the same for the same random numbers."""

from __future__ import annotations

import math
import struct
from random import Random
from typing import Any

NAMES = (
    *(
        "../../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "a\0.mp4",
        "a" * 400 + ".mp4",
        "CON",
    ),
    *(
        "a.mp4.html",
        ".",
        "..",
        ".mp4",
        "",
        " ",
        "~",
        "-rf",
        "--exec=id",
        "a\nb.mp4",
        "\u202egpj.mp4",
    ),
    *(
        "港" * 150 + ".srt",
        "<img src=x onerror=alert(1)>.mp4",
        "a/../../b.vtt",
        "\ud800.mp4",
        "C:\\x",
    ),
    *("*", "%2e%2e%2f", "a b.mp4", "\x1b[31m.srt", "`id`.txt", "$(id).json", "😀.mp4", "NUL.txt"),
)
NUMBERS = (
    *("nan", "inf", "-inf", "1e309", "-1e309", "0", "-0", "-1", "1", "1e9", "99999999999999999999"),
    *("1.5", "1e-320", "9" * 400, "0x10", "1_000", "٣", "1,5", "½", "", " ", "true", "None", "--1"),
    *(
        "4294967296",
        "9223372036854775808",
        "-9223372036854775809",
        "1e400",
        "00012",
        "1e",
        ".",
        "+",
    ),
)
CELLS = (
    *("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\0=1", "=HYPERLINK(1)"),
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "' OR 1=1 --",
        '"; DROP TABLE x',
    ),
    *(
        "{0.__class__}",
        "%s%n",
        "${7*7}",
        "{{7*7}}",
        "\ud800",
        "\u202e",
        "\x1b[2J",
        "\ufeff",
        "&#0;",
    ),
    *("]]>", "<!--", "\\N{x}", "a\u0000b", "\n\n\n", "🇬🇧", "‏ا", "e" + "\u0301" * 300, "A" * 30_000),
)
TEXTS = (*NAMES, *NUMBERS, *CELLS)
_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_BOXES = (b"moov", b"trak", b"mdat", b"stsz", b"stco", b"stts", b"stsc", b"tkhd", b"mdhd", b"avcC")
_BOXES += (b"ftyp", b"mvhd", b"elst", b"stsd", b"LIST", b"movi", b"idx1", b"strh", b"strf", b"hdrl")
_LONGEST = 3_000_000


def data(rng: Random, given: bytes) -> bytes:
    """Bytes with up to four damages; now and then none."""
    changed = bytearray(given)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 4))):
        rng.choice((_flip, _flip, _cut, _repeat, _remove, _zero, _edge, _box, _noise))(rng, changed)
    return bytes(changed[:_LONGEST])


def text(rng: Random, given: str) -> str:
    """A text with up to five damages, line by line."""
    lines = given.split("\n")
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
        at = rng.randrange(len(lines) + 1)
        act = rng.randrange(7)
        if act == 0:
            lines.insert(at, rng.choice(TEXTS))
        elif act == 1:
            del lines[at : at + rng.randint(1, 3)]
        elif act == 2:
            lines[at:at] = lines[at : at + 3] * rng.choice((1, 2, 50))
        elif act == 3:
            rng.shuffle(lines)
        elif lines and act == 4:
            lines[at - 1] = _number_swapped(rng, lines[at - 1])
        elif lines and act == 5:
            lines[at - 1] = lines[at - 1][: rng.randint(0, len(lines[at - 1]))]
        elif lines:
            lines[at - 1] += rng.choice(TEXTS)
        lines = lines or [""]
    return "\n".join(lines)


def json_value(rng: Random, given: Any, depth: int = 0) -> Any:
    """A JSON value of which one part, somewhere, is another."""
    if isinstance(given, dict) and given and rng.random() < 0.9:
        key = rng.choice(sorted(given))
        act = rng.randrange(5)
        if act == 0:
            return {name: value for name, value in given.items() if name != key}
        if act == 1:
            return given | {rng.choice(TEXTS): 1}
        return given | {key: json_value(rng, given[key], depth + 1)}
    if isinstance(given, list) and given and rng.random() < 0.9:
        at = rng.randrange(len(given))
        act = rng.randrange(5)
        if act == 0:
            return given[:at] + given[at + 1 :]
        if act == 1:
            return given + given[at : at + 1]
        return [*given[:at], json_value(rng, given[at], depth + 1), *given[at + 1 :]]
    other = (None, True, [], {}, -1, 10**20, 1.5, math.nan, math.inf, "", [[]], {"a": 1})
    return rng.choice((*other, rng.choice(TEXTS)))


def _flip(rng: Random, changed: bytearray) -> None:
    for _ in range(rng.choice((1, 3, 20)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)


def _cut(rng: Random, changed: bytearray) -> None:
    del changed[rng.randint(0, len(changed)) :]


def _repeat(rng: Random, changed: bytearray) -> None:
    at, length = rng.randint(0, len(changed)), rng.choice((4, 100, 5000))
    changed[at:at] = changed[at : at + length] * rng.choice((1, 2, 20))


def _remove(rng: Random, changed: bytearray) -> None:
    at = rng.randint(0, len(changed))
    del changed[at : at + rng.choice((1, 8, 188, 4096))]


def _zero(rng: Random, changed: bytearray) -> None:
    at, length = rng.randint(0, len(changed)), rng.choice((4, 64, 2000))
    changed[at : at + length] = bytes(len(changed[at : at + length]))


def _edge(rng: Random, changed: bytearray) -> None:
    at = rng.randint(0, len(changed))
    changed[at : at + 4] = struct.pack(rng.choice("<>") + "I", rng.choice(_EDGES))


def _box(rng: Random, changed: bytearray) -> None:
    """Another length before (MP4) or behind (AVI) the name of a part."""
    found = [at for box in _BOXES if (at := changed.find(box)) >= 4]
    if not found:
        _edge(rng, changed)
        return
    at = rng.choice(found)
    place = rng.choice((at - 4, at + 4, at + 4 + 4 * rng.randrange(12)))
    changed[place : place + 4] = struct.pack(rng.choice("<>") + "I", rng.choice(_EDGES))


def _noise(rng: Random, changed: bytearray) -> None:
    at, length = rng.randint(0, len(changed)), rng.choice((1, 16, 600))
    changed[at : at + length] = rng.randbytes(length)


def _number_swapped(rng: Random, line: str) -> str:
    digits = [at for at, letter in enumerate(line) if letter.isdigit()]
    if not digits:
        return line
    at = rng.choice(digits)
    return line[:at] + rng.choice(NUMBERS) + line[at + 1 :]
