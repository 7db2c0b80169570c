"""Tells English, Chinese and other languages apart by their letters and commonest words."""

from __future__ import annotations

import re
from typing import Literal

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[a-z']+")
_ENGLISH = frozenset(
    ("the", "and", "of", "to", "is", "that", "you", "it", "for", "this", "was", "are", "with", "we")
)
_SHORT = 30  # words: fewer prove nothing by their share of common words
_CODES: dict[str, Literal["en", "zh", ""]] = {
    **dict.fromkeys(("en", "eng"), "en"),
    **dict.fromkeys(("zh", "zho", "chi", "cmn", "yue"), "zh"),
    **dict.fromkeys(("", "und", "mul"), ""),
}


def of_code(code: str | None) -> Literal["en", "zh", "other", ""]:
    """What a language tag of a file says (ISO 639 or BCP 47, "zh-Hant"); "" for no language."""
    return _CODES.get(re.split(r"[-_]", (code or "").lower())[0], "other")


def detect(text: str) -> Literal["en", "zh", "other"]:
    """ "zh" where a third of the letters are Chinese; "en" for plain letters with English words."""
    letters = len(_LETTER.findall(text))
    if letters == 0:
        return "other"
    if len(_KANA_OR_HANGUL.findall(text)) > 0.1 * letters:
        return "other"
    if len(_HAN.findall(text)) > letters / 3:
        return "zh"
    plain = len(re.findall("[A-Za-z]", text))
    if plain < 0.97 * letters:
        return "other"
    words = _WORD.findall(text.lower())
    common = sum(word in _ENGLISH for word in words)
    return "en" if len(words) < _SHORT or common >= 0.05 * len(words) else "other"
