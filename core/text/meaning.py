"""What a text is about as one vector: the weighted mean of its words' vectors. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.text.language import detect
from core.text.tokens import is_punctuation, tokens

# Of all words said: a word said as often as this counts half; models.affinity.meaning has the
# same number, and a test holds the two together.
SMOOTH = 0.01


@dataclass(frozen=True)
class TypedMeaning:
    """What was typed as a vector, and the words it was made of: those that have one."""

    vector: np.ndarray  # (M,)
    words: tuple[str, ...]
    unknown: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text without punctuation, split as its own language is."""
    return [word for word in tokens(text, detect(text)) if not is_punctuation(word)]


def weighted_mean(vectors: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(W, E) vectors of words -> (E,) of length 1, with less weight on words said often.

    `shares` (W,) are each word's share of all words said. Source: Arora, Liang and Ma, "A Simple
    but Tough-to-Beat Baseline for Sentence Embeddings" (2017), equation 1.
    """
    weights = (SMOOTH / (SMOOTH + shares)).astype(np.float32)
    mean = weights @ vectors
    return mean / max(float(np.linalg.norm(mean)), 1e-12)


def nothing_known(typed: list[str], source: str) -> str:
    """Why there is no vector, and what to do."""
    if not typed:
        return "There is no word to look for; type a word of a caption."
    return f"{source} has no vector for {', '.join(typed)}; type other words."
