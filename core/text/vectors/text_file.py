"""Word vectors in a text file: GloVe's, and word2vec's with its first line of two numbers.

One line a word: the word, then its numbers, separated by single spaces. Files of 2 GB are read
line by line and only the wanted words are kept. Bytes are compared with bytes: a word that is not
UTF-8 is no word of a caption, and is passed over.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors.source import Report, empty

_Bytes = IO[bytes] | gzip.GzipFile | bz2.BZ2File
_MAX_LINE = 1 << 20  # bytes: 10,000 dimensions take a tenth of it
_REPORT_EVERY = 50_000  # lines


class TextFile:
    """A text file of vectors, plain or packed as .gz or .bz2. Raises InvalidSetting."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._header, self.size = _shape(path)
        self.key = f"{path.absolute()} {path.stat().st_size} {path.stat().st_mtime_ns}"

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See WordVectors; of a word that stands there twice the first vector counts.

        `report` counts the words found: how many lines are left is not known.
        """
        vectors, known = empty(words, self.size)
        wanted = {word.encode(): position for position, word in enumerate(words) if word}
        for number, line in self._lines():
            position = wanted.pop(line.partition(b" ")[0], None)
            if position is not None:
                vectors[position], known[position] = self._vector(line, number), True
                if not wanted:
                    break
            elif line.count(b" ") < self.size:
                raise self._wrong(number, f"has {line.count(b' ')} numbers, not {self.size}")
            if report is not None and number % _REPORT_EVERY == 0:
                report(int(known.sum()), len(words))
        if report is not None:
            report(len(words), len(words))
        return vectors, known

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of each line with a word, without the spaces at its end."""
        with _opened(self.path) as lines:
            for number, line in enumerate(_bounded(lines, self.path), 1):
                if (number > 1 or not self._header) and not line.isspace():
                    yield number, line.rstrip()

    def _vector(self, line: bytes, number: int) -> np.ndarray:
        parts = line.split(b" ")[1:]
        if len(parts) != self.size:
            parts = line.rsplit(b" ", self.size)[1:]  # a word with spaces in it
        if len(parts) != self.size:
            raise self._wrong(number, f"has {len(parts)} numbers, not {self.size}")
        try:
            vector = np.array([float(part) for part in parts], np.float32)
        except ValueError as error:
            raise self._wrong(number, f"holds what is not a number ({error})") from error
        if not np.isfinite(vector).all():
            raise self._wrong(number, "holds a number that is not finite")
        return vector

    def _wrong(self, number: int, what: str) -> InvalidSetting:
        return InvalidSetting(
            f"Line {number} of {self.path} {what}; the file is damaged or cut off. "
            "Download it again, or choose another."
        )


def _shape(path: Path) -> tuple[bool, int]:
    """Whether there is a first line of two numbers, and the dimensions. Raises InvalidSetting."""
    with _opened(path) as lines:
        first = next(_bounded(lines, path), b"").split()
    if not first:
        raise InvalidSetting(f"{path} is empty; choose a file of word vectors.")
    if len(first) == 2 and first[0].isdigit() and first[1].isdigit() and int(first[1]) > 0:
        return True, int(first[1])
    size = len(first) - 1
    try:
        np.array([float(part) for part in first[1:]])
    except ValueError:
        size = 0
    if size < 2:
        raise InvalidSetting(
            f"Line 1 of {path} is not a word and its numbers; choose a GloVe text file, or a "
            "word2vec file in text or binary form."
        )
    return False, size


@contextmanager
def _opened(path: Path) -> Iterator[_Bytes]:
    """The unpacked bytes. Raises InvalidSetting when they cannot be read."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rb") as unpacked:
                yield unpacked
        elif path.suffix == ".bz2":
            with bz2.open(path, "rb") as unpacked:
                yield unpacked
        else:
            with path.open("rb") as plain:
                yield plain
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidSetting(
            f"{path} cannot be read ({error}); choose another file of word vectors."
        ) from error


def _bounded(lines: _Bytes, path: Path) -> Iterator[bytes]:
    """The lines, none longer than a vector can be: a binary file may be one line of 2 GB."""
    while line := lines.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise InvalidSetting(
                f"{path} has a line of more than {_MAX_LINE:,} bytes; it is not a text file of "
                "word vectors. Choose another."
            )
        yield line
