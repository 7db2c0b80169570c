"""Words that say nothing of a caption's subject, and which words do."""

from __future__ import annotations

import re
from pathlib import Path

from core.text.language import common
from core.text.language_parts import language_parts
from core.text.scripts import HAN, simplified
from core.text.tokens import cantonese_words, is_punctuation, tokens


def _words(language: str) -> frozenset[str]:
    listed = Path(__file__).with_name(f"stop_words_{language}.txt")
    return frozenset(listed.read_text(encoding="utf-8").split())


# Function words and what is left of "it's", "don't", "we'll" once their apostrophe is a word.
ENGLISH, CHINESE = _words("english"), _words("chinese")
_CANTONESE = frozenset((*cantonese_words(), *map(simplified, cantonese_words()))) - {"系", "点"}
_LATIN = re.compile(r"[a-zß-ɏḀ-ỿ]")
_OF_OTHERS = frozenset[str]().union(*common().values())
_OF_SCRIPTS = frozenset(word for word in _OF_OTHERS if not _LATIN.search(word))


def telling_words(text: str, language: str) -> list[str]:
    """The words of a caption without punctuation, stop words, and single letters and digits.

    `language` is read as in core.text.tokens. Stop words of English, Chinese and of every language
    with a script of its own go from every text: an English term stays itself inside a Chinese
    sentence, and so does "the". Those of Spanish, French and the like, which may be English words,
    go from texts in other languages only.
    """
    return [
        word
        for known, part in language_parts(text, language)
        for word in tokens(part, known)
        if tells(word, known)
    ]


def tells(word: str, language: str = "") -> bool:
    """Whether a word is none of those that `telling_words` leaves out."""
    return bool(word) and not is_punctuation(word) and not _empty(word, language)


def _empty(word: str, language: str) -> bool:
    if len(word) == 1 and (word.isascii() or not HAN.search(word)):
        return True
    small = word.lower()
    if HAN.search(word) and (simplified(word) in CHINESE or small in _CANTONESE):
        return True
    return small in ENGLISH or small in (_OF_OTHERS if language == "other" else _OF_SCRIPTS)
