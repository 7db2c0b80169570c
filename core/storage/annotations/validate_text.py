"""What people type, made fit to be kept: names on one line, notes with their lines. No query."""

from __future__ import annotations

import re
import unicodedata

from core.errors import InvalidSetting

LONGEST_NAME = 80  # characters
LONGEST_VALUE = 300
LONGEST_NOTE = 10_000
_COLOUR = re.compile(r"#[0-9A-F]{6}")
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # turn the text around them


def name(text: str, what: str) -> str:
    """One line without control characters and outer space. Raises InvalidSetting for "" or 81 on.

    `what` is what is named: "A tag", "A saved view".
    """
    cleaned = short_name(text, what)
    if not cleaned:
        raise InvalidSetting(f"{what} needs a name; type one.")
    return cleaned


def short_name(text: str, what: str) -> str:
    """The same, where "" is allowed: it takes a name away."""
    cleaned = " ".join(_without_control(text).split())
    if len(cleaned) > LONGEST_NAME:
        raise InvalidSetting(
            f"{what} is named in at most {LONGEST_NAME} characters; {len(cleaned)} were given."
        )
    return cleaned


def value(text: str) -> str:
    """One line for a cell of a table, "" for none. Raises InvalidSetting over 300 characters."""
    cleaned = " ".join(_without_control(text).split())
    if len(cleaned) > LONGEST_VALUE:
        raise InvalidSetting(
            f"A value holds at most {LONGEST_VALUE} characters; {len(cleaned)} were given "
            f"({cleaned[:40]!r} and so on). Shorten it."
        )
    return cleaned


def note(text: str) -> str:
    """Free text with its lines. Raises InvalidSetting over 10,000 characters."""
    lines = [_without_control(line).rstrip() for line in text.splitlines()]
    cleaned = "\n".join(lines).strip("\n")
    if len(cleaned) > LONGEST_NOTE:
        raise InvalidSetting(
            f"A note holds at most {LONGEST_NOTE:,} characters; {len(cleaned):,} were given. "
            "Shorten it."
        )
    return cleaned


def colour(text: str) -> str:
    """ "#RRGGBB", or "" for none. Raises InvalidSetting for anything else."""
    cleaned = text.strip().upper()
    if cleaned and not _COLOUR.fullmatch(cleaned):
        raise InvalidSetting(
            f"{text[:20]!r} is no colour; give six hexadecimal digits, as in #0072B2."
        )
    return cleaned


def _without_control(text: str) -> str:
    """No control characters, half surrogates and turners of text; all else is data and stays."""
    kept = (
        " " if unicodedata.category(sign) == "Cc" else sign
        for sign in unicodedata.normalize("NFC", text)
        if unicodedata.category(sign) != "Cs" and sign not in _TURNING
    )
    return "".join(kept)
