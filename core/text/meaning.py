"""A typed text with its vector, and the words that a text is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.text.language import detect
from core.text.tokens import is_punctuation, tokens


@dataclass(frozen=True)
class TypedMeaning:
    """What was typed as a vector, and the words it was made of: those that have one."""

    vector: np.ndarray  # (M,)
    words: tuple[str, ...]
    unknown: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text without punctuation, split as its own language is."""
    return [word for word in tokens(text, detect(text)) if not is_punctuation(word)]


def nothing_known(typed: list[str], source: str) -> str:
    """Why there is no vector, and what to do."""
    if not typed:
        return "There is no word to look for; type a word of a caption."
    return f"{source} has no vector for {', '.join(typed)}; type other words."
