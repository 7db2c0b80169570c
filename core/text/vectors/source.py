"""What every source of word vectors can do, and the one scale that all packaged ones share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

Report = Callable[[int, int], None]  # (words done, words in all)

# The mean length of common words' vectors in the published GloVe files: 5.32 over the 1,000 most
# frequent words of its 50-d file, and its lengths hardly depend on the dimensions. Packaged
# vectors are brought to it, so that errors of text are in the published unit.
COMMON_NORM = 5.3

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


class WordVectors(Protocol):
    """Frozen vectors of words. `key` holds all that decides them: same key, same vectors."""

    @property
    def name(self) -> str:
        """As shown to people."""

    @property
    def size(self) -> int:
        """Dimensions."""

    @property
    def key(self) -> str:
        """What the cache of looked-up words goes by."""

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Vectors (V, size) float32 and whether each word is known (V,) bool; unknown ones are 0.

        Raises InvalidSetting when the source cannot be read.
        """


def is_chinese(word: str) -> bool:
    """Whether the word has a Chinese character."""
    return _HAN.search(word) is not None


def empty(words: Sequence[str], size: int) -> tuple[np.ndarray, np.ndarray]:
    """What `lookup` gives when it knows none of the words."""
    return np.zeros((len(words), size), np.float32), np.zeros(len(words), bool)
