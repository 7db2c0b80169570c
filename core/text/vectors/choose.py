"""Which sources of word vectors there are, and the one that a setting names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidSetting
from core.text.vectors import english, multilingual
from core.text.vectors.binary_file import BinaryFile
from core.text.vectors.english import English
from core.text.vectors.multilingual import Multilingual
from core.text.vectors.published import ByLanguage, Named
from core.text.vectors.source import WordVectors
from core.text.vectors.text_file import TextFile

GLOVE = "glove.6B.300d.txt"
CHINESE = "chinese-300d.txt"
_BINARY_HEAD = re.compile(rb"\d+ \d+\n")


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
