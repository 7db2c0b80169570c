"""The two published files together: GloVe for English words, Chinese Word Vectors for Chinese."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.text.vectors.source import Report, WordVectors, empty, is_chinese


class ByLanguage:
    """One source for words with Chinese characters, another for all others; of one size."""

    def __init__(self, english: WordVectors, chinese: WordVectors) -> None:
        self._english, self._chinese = english, chinese
        self.size = english.size
        self.name = f"{english.name} for English, {chinese.name} for Chinese"
        self.key = f"by language [{english.key}] [{chinese.key}]"

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See WordVectors."""
        vectors, known = empty(words, self.size)
        done = 0
        for source, chinese in ((self._english, False), (self._chinese, True)):
            rows = [row for row, word in enumerate(words) if is_chinese(word) == chinese]
            if rows:
                asked = [words[row] for row in rows]
                vectors[rows], known[rows] = source.lookup(asked, _shifted(report, done, words))
            done += len(rows)
        return vectors, known


class Named:
    """A source under another name: one that stands in for another says so."""

    def __init__(self, source: WordVectors, name: str) -> None:
        self._source = source
        self.name, self.size, self.key = name, source.size, source.key

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See WordVectors."""
        return self._source.lookup(words, report)


def _shifted(report: Report | None, before: int, words: Sequence[str]) -> Report | None:
    """Reports one part of the words as a part of all of them."""
    if report is None:
        return None
    return lambda done, _of: report(before + done, len(words))
