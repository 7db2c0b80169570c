"""The words of a corpus, numbered, each with its frozen vector; number 0 is padding."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors.source import COMMON_NORM, Report, WordVectors
from core.text.vectors.store import remembered

_APART = 0.1  # of a word's length: its own part where words share one vector


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words in alphabetical order behind padding ("")."""

    words: tuple[str, ...]  # V
    vectors: np.ndarray  # (V, E) float32, row 0 is zero
    known: np.ndarray  # (V,) bool: the source has a vector for it; padding counts as known
    _numbers: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_numbers", {word: n for n, word in enumerate(self.words)})

    def numbers(self, texts: Sequence[Sequence[str]], longest: int | None = None) -> np.ndarray:
        """(N, L) int64, padded with 0; L is `longest`, else the length of the longest text.

        Texts are cut off at L. Words that the vocabulary lacks are left out.
        """
        rows = [[self._numbers[word] for word in text if word in self._numbers] for text in texts]
        length = max(map(len, rows), default=0) if longest is None else longest
        numbers = np.zeros((len(rows), length), np.int64)
        for row, found in zip(numbers, rows, strict=True):
            row[: len(found)] = found[:length]
        return numbers


def build(
    texts: Sequence[Sequence[str]],
    vectors: WordVectors,
    unknown: Literal["zero", "own"] | str,
    folder: Path,
    report: Report | None = None,
) -> Vocabulary:
    """The vocabulary of `texts`. What was looked up is remembered under `folder`.

    An unknown word gets the zero vector ("zero", as published), or a vector of its own that
    depends on the word alone ("own"): as long as known ones, so that it can be decoded back. With
    "own", words for which the source has one and the same vector are also set apart a little.
    Raises InvalidSetting.
    """
    if unknown not in ("zero", "own"):
        raise InvalidSetting(f"unknown_words must be zero or own; {unknown!r} was given.")
    words = sorted({word for text in texts for word in text if word})
    found, known = remembered(vectors, words, folder, report)  # (V - 1, E), (V - 1,)
    if unknown == "own":
        found = _set_apart(words, _with_own(words, found, known), known)
    return Vocabulary(
        ("", *words),
        np.concatenate([np.zeros((1, vectors.size), np.float32), found]),
        np.concatenate([[True], known]),
    )


def own_vector(word: str, size: int) -> np.ndarray:
    """(size,) float32 of length 1: a direction that depends on the word alone."""
    seed = np.frombuffer(hashlib.sha256(word.encode()).digest(), np.uint32)
    # RandomState's numbers are promised never to change; Generator's are not.
    direction = np.random.RandomState(seed).standard_normal(size)
    return (direction / np.linalg.norm(direction)).astype(np.float32)


def _with_own(words: list[str], vectors: np.ndarray, known: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors[known], axis=1)
    length = np.float32(lengths.mean()) if lengths.size else np.float32(COMMON_NORM)
    vectors = vectors.copy()
    for row in np.flatnonzero(~known):
        vectors[row] = own_vector(words[row], vectors.shape[1]) * length
    return vectors


def _set_apart(words: list[str], vectors: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Packaged vectors are shared by relatives ("booster", "boosters"): nearest in the vocabulary
    they would all be decoded as the first."""
    rows = [row.tobytes() for row in vectors]
    shared = Counter(rows)
    for row in np.flatnonzero(known):
        if shared[rows[row]] > 1:
            part = _APART * float(np.linalg.norm(vectors[row]))
            vectors[row] += own_vector(words[row], vectors.shape[1]) * np.float32(part)
    return vectors
