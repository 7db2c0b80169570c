"""In which script a text is written: its parts, and Chinese characters in their simplified form."""

from __future__ import annotations

import functools
import re
from typing import Any

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN = re.compile(f"[{_HAN}]")
# Written without spaces between words: Chinese characters, kana, Thai, Lao, Burmese, Khmer.
UNSPACED = f"{_HAN}\u3040-\u30ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, by OpenCC; each line by itself, always as long."""
    if not HAN.search(text):
        return text
    found, lines = str(_converter().convert(text)).split("\n"), text.split("\n")
    return "\n".join(
        new if len(new) == len(line) else "".join(map(_one, line))
        for new, line in zip(found, lines, strict=True)
    )


@functools.cache
def _one(letter: str) -> str:
    found = str(_converter().convert(letter))
    return found if len(found) == 1 else letter


@functools.cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
