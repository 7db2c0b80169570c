"""Word vectors in files: GloVe's text, and word2vec's in text or binary form.

In text, one line a word: the word, then its numbers, separated by single spaces; word2vec has a
first line of two numbers. In binary, a line of two numbers, then word, space, float32s. Files of
2 GB stay on disk and only the wanted words are kept. Bytes are compared with bytes: a word that is
not UTF-8 is no word of a caption, and is passed over.
"""

from __future__ import annotations

import bz2
import gzip
import mmap
import re
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors.source import Report, empty

_Bytes = IO[bytes] | gzip.GzipFile | bz2.BZ2File
_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open}
_BINARY_HEAD = re.compile(rb"(\d{1,9}) (\d{1,5})\n")
_NUMBER = 4  # bytes of a float32
_MAX_LINE = 1 << 20  # bytes: 10,000 dimensions take a tenth of it
_REPORT_EVERY = 50_000  # words
_AGAIN = "Download it again, or choose another."


def open_file(path: Path) -> TextFile | BinaryFile:
    """A file of word vectors, text or binary. Raises InvalidSetting."""
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except OSError as error:
        raise InvalidSetting(
            f"{path} cannot be read ({error.strerror}); choose a file of word vectors."
        ) from error
    match = _BINARY_HEAD.match(head)
    if match and not _is_number(head[match.end() :].split(b" ")[1:2]):
        return BinaryFile(path)
    return TextFile(path)


def _is_number(parts: list[bytes]) -> bool:
    try:
        return bool(parts) and float(parts[0]) is not None
    except ValueError:
        return False


class _VectorFile(ABC):
    """What both kinds share: a look through all words for the wanted ones."""

    size: int

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        status = path.stat()
        self.key = f"{path.absolute()} {status.st_size} {status.st_mtime_ns}"

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See WordVectors; of a word that stands there twice the first vector counts.

        `report` counts the words found: how many are left to look at is not known.
        """
        vectors, known = empty(words, self.size)
        wanted = {word.encode(): position for position, word in enumerate(words) if word}
        for number, word, entry in self._entries():
            position = wanted.pop(word, None)
            if position is not None:
                vectors[position], known[position] = self._vector(entry, number), True
                if not wanted:
                    break
            if report is not None and number % _REPORT_EVERY == 0:
                report(int(known.sum()), len(words))
        if report is not None:
            report(len(words), len(words))
        return vectors, known

    @abstractmethod
    def _entries(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Of each word its number in the file, itself, and what its vector is read from."""

    @abstractmethod
    def _vector(self, entry: bytes, number: int) -> np.ndarray:
        """(D,) float32, of the entry of that number. Raises InvalidSetting."""


class TextFile(_VectorFile):
    """A text file of vectors, plain or packed as .gz or .bz2. Raises InvalidSetting."""

    def __init__(self, path: Path) -> None:
        self._header, self.size = _shape(path)
        super().__init__(path)

    def _entries(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Each line with a word, without the spaces at its end."""
        with _opened(self.path) as lines:
            for number, line in enumerate(_bounded(lines, self.path), 1):
                if (number == 1 and self._header) or line.isspace():
                    continue
                line = line.rstrip()
                if line.count(b" ") < self.size:
                    raise self._wrong(number, f"has {line.count(b' ')} numbers, not {self.size}")
                yield number, line.partition(b" ")[0], line

    def _vector(self, entry: bytes, number: int) -> np.ndarray:
        parts = entry.rsplit(b" ", self.size)[1:]  # from the right: a word may have spaces in it
        try:
            vector = np.array([float(part) for part in parts], np.float32)
        except ValueError as error:
            raise self._wrong(number, f"holds what is not a number ({error})") from error
        if not np.isfinite(vector).all():
            raise self._wrong(number, "holds a number that is not finite")
        return vector

    def _wrong(self, number: int, what: str) -> InvalidSetting:
        return InvalidSetting(
            f"Line {number} of {self.path} {what}; the file is damaged or cut off. {_AGAIN}"
        )


class BinaryFile(_VectorFile):
    """A word2vec binary file. Raises InvalidSetting when it is none, or shorter than it says."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                header = _BINARY_HEAD.match(file.read(32))
        except OSError as error:
            raise InvalidSetting(f"{path} cannot be read ({error}); choose another.") from error
        if header is None or int(header[2]) == 0:
            raise InvalidSetting(f"{path} is not a word2vec binary file; choose another.")
        super().__init__(path)
        self._count, self.size = int(header[1]), int(header[2])
        self._start = header.end()
        if path.stat().st_size < self._start + self._count * (2 + self.size * _NUMBER):
            raise self._cut_off()

    def _entries(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Each word and the bytes of its vector. Some writers put a line's end before the word."""
        length = self.size * _NUMBER
        with (
            self.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            at = self._start
            for number in range(self._count):
                space = data.find(b" ", at)
                end = space + 1 + length
                if space < 0 or end > len(data):
                    raise self._cut_off()
                yield number, data[at:space].lstrip(b"\n"), data[space + 1 : end]
                at = end

    def _vector(self, entry: bytes, number: int) -> np.ndarray:
        vector = np.frombuffer(entry, "<f4").astype(np.float32)
        if not np.isfinite(vector).all():
            raise InvalidSetting(
                f"{self.path} holds a number that is not finite; the file is damaged. {_AGAIN}"
            )
        return vector

    def _cut_off(self) -> InvalidSetting:
        return InvalidSetting(
            f"{self.path} ends before its {self._count:,} words of {self.size} numbers do; it is "
            f"cut off. {_AGAIN}"
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
        with _OPENERS.get(path.suffix, Path.open)(path, "rb") as unpacked:
            yield unpacked
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
