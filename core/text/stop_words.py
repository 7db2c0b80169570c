"""English and Chinese words that say nothing of a caption's subject, and which words do."""

from __future__ import annotations

from pathlib import Path

from core.text.tokens import is_punctuation, tokens


def _words(language: str) -> frozenset[str]:
    listed = Path(__file__).with_name(f"stop_words_{language}.txt")
    return frozenset(listed.read_text(encoding="utf-8").split())


# Function words and what is left of "it's", "don't", "we'll" once their apostrophe is a word.
ENGLISH, CHINESE = _words("english"), _words("chinese")


def telling_words(text: str, language: str) -> list[str]:
    """The words of a caption without punctuation, stop words, and single letters and digits.

    `language` is read as in core.text.tokens. Stop words of both languages go from every text:
    an English term stays itself inside a Chinese sentence, and so does "the".
    """
    return [word for word in tokens(text, language) if tells(word)]


def tells(word: str) -> bool:
    """Whether a word is none of those that `telling_words` leaves out."""
    return bool(word) and not is_punctuation(word) and not _empty(word)


def _empty(word: str) -> bool:
    alone = len(word) == 1 and word.isascii()
    return alone or word.lower() in ENGLISH or word in CHINESE
