"""Turns word vectors back into words: the nearest one, in a vocabulary or in a whole file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors.source import ListedVectors, is_chinese

METRICS = ("l2", "cosine")
_CELLS = 1 << 24  # scores at a time: 64 MB


def nearest_words(vectors: np.ndarray, vocabulary: np.ndarray, metric: str = "l2") -> np.ndarray:
    """(N, E) vectors -> (N,) int64: the nearest row of the vocabulary (V, E), the first of equals.

    "l2" is as published. "cosine" compares directions among the words; a vector that is nearer to
    a row of zeros (padding) than to the word so chosen is that row, for zero has no direction.
    Raises InvalidSetting for another metric or an empty vocabulary.
    """
    _check(metric)
    if not len(vocabulary):
        raise InvalidSetting("There are no words to choose from; the vocabulary is empty.")
    step = max(1, _CELLS // len(vocabulary))
    chosen = [
        _nearest(vectors[start : start + step], vocabulary, metric)[0]
        for start in range(0, len(vectors), step)
    ]
    return _first_of_equals(np.concatenate([*chosen, np.zeros(0, np.int64)]), vocabulary)


def whole_vocabulary(source: ListedVectors, vectors: np.ndarray, metric: str = "l2") -> list[str]:
    """(N, E) vectors -> the N nearest of all words that `source` lists, "" where zero is nearer.

    The source is read once, some thousand words at a time; memory holds N x that many scores.
    Raises InvalidSetting when it lists none, or cannot be read.
    """
    _check(metric)
    nearest = [""] * len(vectors)
    lowest = np.full(len(vectors), np.inf, np.float32)
    padding, listed = np.zeros((1, vectors.shape[1]), np.float32), False
    for words, table in source.chunks():
        listed = listed or bool(words)
        words, table = ["", *words], np.concatenate([padding, table])
        step = max(1, _CELLS // len(words))
        for start in range(0, len(vectors), step):
            numbers, costs = _nearest(vectors[start : start + step], table, metric)
            for row in np.flatnonzero(costs < lowest[start : start + step]):
                nearest[start + row] = words[numbers[row]]
                lowest[start + row] = costs[row]
    if not listed:
        raise InvalidSetting(f"{source.name} cannot list its words; choose a file of vectors.")
    return nearest


def sentence(words: Sequence[str]) -> str:
    """The words as one text: no space between Chinese words, one between others, no padding."""
    said = [word for word in words if word]
    spaced = (
        word if is_chinese(before) and is_chinese(word) else f" {word}"
        for before, word in pairwise(said)
    )
    return "".join([*said[:1], *spaced])


def _nearest(vectors: np.ndarray, table: np.ndarray, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """(N,) rows of `table` (V, E), and a cost that can be compared with another table's.

    |v - w|^2 less |v|^2, which is the same for all words, is |w|^2 - 2 v.w: one matrix product.
    """
    table = np.ascontiguousarray(table, np.float32)
    squares = np.einsum("ve,ve->v", table, table)  # (V,)
    products = vectors.astype(np.float32, copy=False) @ table.T  # (N, V)
    rows = np.arange(len(vectors))
    if metric == "l2":
        costs = squares - 2 * products
        numbers = costs.argmin(axis=1)
        return numbers, costs[rows, numbers]
    zero = squares == 0
    lengths = np.sqrt(np.where(zero, 1, squares))
    cosines = np.where(zero, -np.inf, products / lengths)
    numbers = cosines.argmax(axis=1)
    costs = -cosines[rows, numbers]
    if zero.any():
        padded = squares[numbers] - 2 * products[rows, numbers] >= 0
        numbers = np.where(padded, zero.argmax(), numbers)
    return numbers, costs


def _first_of_equals(numbers: np.ndarray, vocabulary: np.ndarray) -> np.ndarray:
    """A matrix product may round equal rows differently, by their place: choose among them here."""
    places: dict[bytes, int] = {}
    first = [places.setdefault(row.tobytes(), place) for place, row in enumerate(vocabulary + 0.0)]
    return np.array(first, np.int64)[numbers]


def _check(metric: str) -> None:
    if metric not in METRICS:
        raise InvalidSetting(f"The metric must be {' or '.join(METRICS)}; {metric!r} was given.")
