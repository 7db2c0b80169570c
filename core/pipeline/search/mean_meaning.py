"""Captions as the mean of their words' multilingual vectors: for runs without such a block."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import InvalidSetting
from core.storage.progress import Progress
from core.text.meaning import TypedMeaning, nothing_known, words_of
from core.text.vectors import WordVectors, open_vectors
from core.text.vectors.store import remembered
from models.affinity.sentence_vectors import sentence_vectors

_AT_ONCE = 200  # captions
_SIZE = 300  # what trainings ask for as a rule: the words they looked up are found again


@dataclass(frozen=True)
class MeanMeaning:
    """A vector for each of some captions, and for what is typed."""

    source: str  # whose vectors, for people
    said: Counter[str]  # how often each word is said
    centre: np.ndarray  # (E,) the mean of the captions that have known words
    folder: Path  # where looked-up vectors are remembered

    @classmethod
    def of(
        cls, split: Sequence[Sequence[str]], folder: Path, report: Progress
    ) -> tuple[MeanMeaning, np.ndarray]:
        """Of captions as their words, and (C, E) of each, zeros where no word is known.

        Looks every word up; what was looked up before is remembered. Raises InvalidSetting.
        """
        vectors = vectors_for(folder)
        said = Counter(word for words in split for word in words)
        found, known = remembered(
            vectors,
            list(said),
            folder,
            lambda done, of: report(done / of, f"Word vectors, {done:,} of {of:,}"),
        )
        shares = _shares(said, list(said))
        number_of = {w: n for n, (w, there) in enumerate(zip(said, known, strict=True)) if there}
        numbers = [[number_of[word] for word in words if word in number_of] for words in split]
        rows = np.zeros((len(split), vectors.size), np.float32)
        for start in range(0, len(split), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            spoken = np.arange(max(map(len, some))) < [[len(one)] for one in some]
            words = np.zeros(spoken.shape, np.int64)
            words[spoken] = list(itertools.chain.from_iterable(some))
            rows[start : start + _AT_ONCE] = sentence_vectors(found[words], shares[words], spoken)
        known_rows = rows[rows.any(axis=1)]
        centre = known_rows.mean(axis=0) if len(known_rows) else np.zeros(vectors.size, np.float32)
        return cls(vectors.name, said, centre, folder), rows

    def of_text(self, text: str) -> TypedMeaning:
        """Raises InvalidSetting where none of the words has a vector."""
        vectors = vectors_for(self.folder)
        typed = words_of(text)
        found, known = remembered(vectors, typed, self.folder)
        kept = [word for word, there in zip(typed, known, strict=True) if there]
        if not kept:
            raise InvalidSetting(nothing_known(typed, self.source))
        vector = sentence_vectors(found[known], _shares(self.said, kept), 1) - self.centre
        return TypedMeaning(vector, tuple(kept), tuple(w for w in typed if w not in kept))


def vectors_for(folder: Path) -> WordVectors:
    """The vectors that captions are compared by where the run has none of its own."""
    return open_vectors("multilingual", _SIZE, folder)


def _shares(said: Counter[str], words: Sequence[str]) -> np.ndarray:
    return np.array([said[word] for word in words], np.float32) / max(1, said.total())
