"""Word vectors in word2vec's binary file: a line of two numbers, then word, space, float32s."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors.source import Report, empty

_HEADER = re.compile(rb"(\d{1,9}) (\d{1,5})\n")
_NUMBER = 4  # bytes of a float32
_REPORT_EVERY = 100_000  # words


class BinaryFile:
    """A word2vec binary file, left on disk: only what is wanted is read into memory."""

    def __init__(self, path: Path) -> None:
        """Raises InvalidSetting when the file is not one, or shorter than it says."""
        self.path = path
        self.name = path.name
        try:
            with path.open("rb") as file:
                header = _HEADER.match(file.read(32))
        except OSError as error:
            raise InvalidSetting(f"{path} cannot be read ({error}); choose another.") from error
        if header is None or int(header[2]) == 0:
            raise InvalidSetting(f"{path} is not a word2vec binary file; choose another.")
        self._count, self.size = int(header[1]), int(header[2])
        self._start = header.end()
        status = path.stat()
        self.key = f"{path.absolute()} {status.st_size} {status.st_mtime_ns}"
        if status.st_size < self._start + self._count * (2 + self.size * _NUMBER):
            raise self._cut_off()

    def lookup(
        self, words: Sequence[str], report: Report | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See WordVectors; of a word that stands there twice the first vector counts."""
        vectors, known = empty(words, self.size)
        wanted = {word.encode(): position for position, word in enumerate(words) if word}
        for number, (word, row) in enumerate(self._entries()):
            position = wanted.pop(word, None)
            if position is not None:
                vectors[position], known[position] = self._vector(row), True
                if not wanted:
                    break
            if report is not None and number % _REPORT_EVERY == 0:
                report(int(known.sum()), len(words))
        if report is not None:
            report(len(words), len(words))
        return vectors, known

    def _entries(self) -> Iterator[tuple[bytes, bytes]]:
        """Each word and the bytes of its vector. Some writers put a line's end before the word."""
        length = self.size * _NUMBER
        with (
            self.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            at = self._start
            for _ in range(self._count):
                space = data.find(b" ", at)
                end = space + 1 + length
                if space < 0 or end > len(data):
                    raise self._cut_off()
                yield data[at:space].lstrip(b"\n"), data[space + 1 : end]
                at = end

    def _vector(self, row: bytes) -> np.ndarray:
        vector = np.frombuffer(row, "<f4").astype(np.float32)
        if not np.isfinite(vector).all():
            raise InvalidSetting(
                f"{self.path} holds a number that is not finite; the file is damaged. "
                "Download it again, or choose another."
            )
        return vector

    def _cut_off(self) -> InvalidSetting:
        return InvalidSetting(
            f"{self.path} ends before its {self._count:,} words of {self.size} numbers do; it is "
            "cut off. Download it again, or choose another."
        )
