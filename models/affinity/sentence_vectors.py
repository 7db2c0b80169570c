"""What a text is about as one vector; the same lines for numpy's arrays and torch's tensors."""

from __future__ import annotations

from typing import Any

SMOOTH = 0.01  # of all words said: a word said as often as this counts half


def sentence_vectors(vectors: Any, shares: Any, spoken: Any) -> Any:
    """(..., L, E) vectors of words -> (..., E) of length 1, less weight on words said often.

    `shares` (..., L) are each word's share of all words said; where `spoken` (..., L) is 0 there is
    no word, and without any the mean is zero. Source: Arora, Liang and Ma, "A Simple but
    Tough-to-Beat Baseline for Sentence Embeddings" (2017), equation 1.
    """
    weights = word_weights(shares, SMOOTH) * spoken
    mean = (weights[..., None] * vectors).sum(-2)
    length = (mean * mean).sum(-1)[..., None] ** 0.5
    return mean / length.clip(1e-12)


def word_weights(shares: Any, smooth: float) -> Any:
    """1 for words that are never said, a half at a share of `smooth`, towards 0 beyond."""
    return smooth / (smooth + shares)
