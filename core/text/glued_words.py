"""Parts English words that a machine read without the space between them."""

from __future__ import annotations

import re

_RUN = re.compile(r"[A-Za-z]{5,}")
_NAME = 9  # letters: a capitalised word so short may be a name, which no list knows
_ALONE = ("a", "i")  # words of one letter


def parted(text: str) -> str:
    """ "Doctorssay itissafe" -> "Doctors say it is safe", by how often English words are used.

    Words that are parted into letters, and short ones that may be names, stay as they are.
    """
    return _RUN.sub(lambda found: " ".join(_words(found[0])), text)


def _words(run: str) -> list[str]:
    import wordninja

    if run[0].isupper() and len(run) <= _NAME:
        return [run]
    words = wordninja.split(run)
    whole = all(len(word) > 1 or word.lower() in _ALONE for word in words)
    return words if whole else [run]
