"""Takes a bilingual caption apart: its Chinese line, its English line."""

from __future__ import annotations

import re
from itertools import groupby

from core.text.language import detect
from core.text.scripts import UNSPACED

_FEWEST = 3  # words, or characters, of a part: fewer are a name or a term inside the other language
_ENGLISH = re.compile(
    r"\b(?:the|and|of|to|is|that|you|it|for|this|was|are|with|we|a|in|on|at|i|he|she|they|not|have|"
    r"has|will|be|my|your|our|but|what|do|don't|can|no|as|by|from|or)\b",
    re.IGNORECASE,
)
_WIDE = re.compile(f"[{UNSPACED}\uac00-\ud7af]")
_PIECE = re.compile(r"\S+\s*")


def language_parts(text: str, language: str) -> list[tuple[str, str]]:
    """(language, text) of each language in a caption: one, or what is written in Chinese (or
    Japanese, Korean, Thai) and what is in Latin letters.

    `language` is "en", "zh" or "other", or it is found out. Single words of another script stay.
    """
    known = language if language in ("en", "zh", "other") else detect(text)
    if not _WIDE.search(text) or not re.search("[A-Za-z]", text):
        return [(known, text)]
    pieces = [piece for run in _PIECE.findall(text) for piece in _by_script(run)]
    wide: list[str] = []
    latin: list[str] = []
    for is_wide, group in groupby(pieces, key=lambda piece: bool(_WIDE.search(piece))):
        run = "".join(group)
        into = latin if not is_wide and _is_language(run) else wide
        into.append(run)
    if not latin or len(_WIDE.findall("".join(wide))) < _FEWEST:
        return [(known, text)]
    own, other = " ".join(wide).strip(), " ".join(latin).strip()
    first = known if known != "en" else detect(own)
    second = known if known == "other" and not _ENGLISH.search(other) else "en"
    return [(first, own), (second, other)]


def _by_script(run: str) -> list[str]:
    """A stretch without spaces, cut where wide letters meet others."""
    return re.findall(r"[^\x00-\x7f]+|[\x00-\x7f]+", run) if _WIDE.search(run) else [run]


def _is_language(run: str) -> bool:
    """Whether a stretch of Latin letters is speech: three words, some of them English ones, or
    many words; a product's name is neither."""
    words = re.findall(r"[^\W\d_][\w'-]*", run)
    return len(words) >= _FEWEST and (bool(_ENGLISH.search(run)) or len(words) > 2 * _FEWEST)
