"""Which sources of word vectors there are, and the one that a setting names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import InvalidSetting
from core.text.vectors import english, multilingual
from core.text.vectors.english import English
from core.text.vectors.files import open_file
from core.text.vectors.multilingual import Multilingual
from core.text.vectors.source import Report, WordVectors, empty, is_chinese

GLOVE = "glove.6B.300d.txt"
CHINESE = "chinese-300d.txt"


@dataclass(frozen=True)
class Source:
    """One way to get word vectors, for people to choose from."""

    setting: str  # as word_vectors takes it
    about: str
    there: bool


def sources(folder: Path) -> list[Source]:
    """What word_vectors may be, besides any file. `folder` is where downloads lie."""
    return [
        Source(
            "multilingual",
            "English and Chinese in one space, multilingual-e5-small",
            multilingual.available(),
        ),
        Source("english", "English, 300-d, 514,000 spellings", english.available()),
        Source("glove", f"English, 300-d, GloVe as published ({GLOVE})", (folder / GLOVE).exists()),
        Source(
            "chinese",
            f"Chinese, 300-d, Chinese Word Vectors as published ({CHINESE})",
            (folder / CHINESE).exists(),
        ),
    ]


def open_vectors(spec: str, size: int, folder: Path) -> WordVectors:
    """The source that `spec` names, of `size` dimensions.

    `spec` is "multilingual", "english", "published" (GloVe and Chinese Word Vectors, as far as
    downloaded to `folder`), "glove", "chinese", or the path of a file. What stands in for a
    missing source says so in its `name`. Raises InvalidSetting.
    """
    if spec == "multilingual":
        return _multilingual(size)
    if spec == "published":
        return _published(size, folder)
    if spec == "english":
        source: WordVectors = English()
    elif spec in ("glove", "chinese"):
        source = open_file(_downloaded(spec, folder))
    else:
        source = open_file(_path(spec))
    return _fitting(source, size)


def _multilingual(size: int) -> WordVectors:
    if multilingual.available():
        return Multilingual(size)
    stand_in = _fitting(English(), size)
    return Named(stand_in, "English (multilingual is not available on this machine)")


def _published(size: int, folder: Path) -> WordVectors:
    """Each language by its published file, else by what stands in for it."""
    parts: list[WordVectors] = []
    for file, instead in ((GLOVE, "english"), (CHINESE, "multilingual")):
        if (folder / file).exists():
            parts.append(_fitting(open_file(folder / file), size))
        else:
            source = open_vectors(instead, size, folder)
            parts.append(Named(source, f"{source.name} ({file} is not downloaded)"))
    return ByLanguage(*parts)


def _downloaded(spec: str, folder: Path) -> Path:
    path = folder / {"glove": GLOVE, "chinese": CHINESE}[spec]
    if not path.exists():
        raise InvalidSetting(
            f"{path.name} is not downloaded; run: python -m core words download {spec}"
        )
    return path


def _path(spec: str) -> Path:
    path = Path(spec).expanduser()
    if not path.is_file():
        raise InvalidSetting(
            f"There are no word vectors {spec!r}; choose multilingual, english, published, glove, "
            "chinese, or the path of a file."
        )
    return path


def _fitting(source: WordVectors, size: int) -> WordVectors:
    if source.size != size:
        raise InvalidSetting(
            f"{source.name} has {source.size} dimensions and the model is to take {size}; set "
            f"word_size to {source.size}, or choose word vectors of {size} dimensions."
        )
    return source


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
