"""Splits captions into words ("basic English", jieba for Chinese) and joins words again."""

from __future__ import annotations

import functools
import logging
import re
import unicodedata
import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from core.config import data_folder
from core.text.language import detect
from core.text.vectors.source import is_chinese

_PUBLISHED_MARKS = frozenset("。，？")
_ENGLISH = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"'", " ' "),
        (r'"', ""),
        (r"\.", " . "),
        (r"<br />", " "),
        (r",", " , "),
        (r"\(", " ( "),
        (r"\)", " ) "),
        (r"!", " ! "),
        (r"\?", " ? "),
        (r"[;:]", " "),
        (r"\s+", " "),
    )
)


def tokens(text: str, language: str) -> list[str]:
    """The words of `text`; `language` other than "en", "zh" or "other" is found out."""
    known = language if language in ("en", "zh", "other") else detect(text)
    return chinese(text) if known == "zh" else basic_english(text)


def published_tokens(text: str, language: str) -> list[str]:
    """The words as in the published systems: of Chinese, only 。 ， and ？ are dropped."""
    known = language if language in ("en", "zh", "other") else detect(text)
    if known != "zh":
        return basic_english(text)
    words = _tokenizer().lcut(text)
    return [word for word in words if word not in _PUBLISHED_MARKS and not word.isspace()]


def basic_english(text: str) -> list[str]:
    """Lower case; marks . , ' ( ) ! ? are words of their own, " ; : vanish."""
    text = text.lower()
    for pattern, replacement in _ENGLISH:
        text = pattern.sub(replacement, text)
    return text.split()


def chinese(text: str, marks: bool = False) -> list[str]:
    """jieba's words without punctuation and spaces, or with these `marks`."""
    return [word for word in _tokenizer().lcut(text) if marks or not is_punctuation(word)]


def sentence(words: Sequence[str]) -> str:
    """The words as one text: no space between Chinese words, one between others, no padding."""
    said = [word for word in words if word]
    spaced = (
        word if is_chinese(before) and is_chinese(word) else f" {word}"
        for before, word in pairwise(said)
    )
    return "".join([*said[:1], *spaced])


def is_punctuation(word: str) -> bool:
    """Whether no character of `word` is a letter, digit or the like.

    By Unicode category, which holds every Chinese mark: 。，、；：？！“”‘’「」（）《》【】…—～·.
    """
    return all(unicodedata.category(character)[0] in "PSZC" for character in word)


@functools.cache
def _tokenizer() -> Any:
    """jieba with its dictionary, silent; its cache lies in the data folder, if anywhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(data_folder() / "tmp")
    tokenizer.initialize()
    return tokenizer
