"""A typed text with its vector, and the words that a text is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.text.language import detect
from core.text.spoken import spoken
from core.text.tokens import is_punctuation, tokens


@dataclass(frozen=True)
class TypedMeaning:
    """What was typed as a vector, and the words it was made of: those that have one."""

    vector: np.ndarray  # (M,)
    words: tuple[str, ...]
    unknown: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text without punctuation, split as its own language is."""
    return words_in(text, detect(text))


def words_in(text: str, language: str) -> list[str]:
    """The same of a text whose language is known."""
    return [word for word in tokens(text, language) if not is_punctuation(word)]


def has_words(text: str) -> bool:
    """Whether `words_of` gives any, which it takes several times as long to list."""
    return not is_punctuation(spoken(text))


def nothing_known(typed: list[str], source: str) -> str:
    """Why there is no vector, and what to do."""
    if not typed:
        return "There is no word to look for; type a word of a caption."
    return f"{source} has no vector for {', '.join(typed)}; type other words."
