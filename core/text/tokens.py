"""Splits captions into words (basic English, jieba, ICU) and joins words again."""

from __future__ import annotations

import copy
import functools
import logging
import re
import unicodedata
import warnings
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from core.config import data_folder
from core.text.language import detect
from core.text.language_parts import language_parts
from core.text.scripts import HAN, UNSPACED, simplified
from core.text.spoken import spoken

_NO_SPACES = re.compile(f"[{UNSPACED}]")
_WIDE = re.compile(f"[{UNSPACED}\uac00-\ud7af]")
_KANA = re.compile("[\u3040-\u30ff]")
_RUNS = re.compile(f"[{UNSPACED}\uac00-\ud7af]+|[^{UNSPACED}\uac00-\ud7af]+")
_CANTONESE = re.compile("[嘅喺唔佢哋啲嚟冇嗰噉咗㗎喎乜咩嘢咁]|係")
_CANTONESE_NAMES = (
    "聽日 尋日 琴日 今日 聽朝 今朝 今晚 屋企 返工 返學 放工 細路 傾偈 睇戲 鍾意 搵工 收工 落雨"
)
_MARKS = frozenset(".,'()!?")  # of basic English
_EDGES = "-*/\\|_~=+<>[]{}^#¿¡"
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
    """The words of `text`; `language` other than "en", "zh" or "other" is found out.

    Of what is said (core.text.spoken), each language by itself: jieba's words of Chinese, basic
    English, and of other languages the words by the Unicode standard, in small letters.
    """
    return [
        word
        for known, part in language_parts(spoken(text), language)
        for word in _of_part(part, known)
    ]


def _of_part(text: str, language: str) -> list[str]:
    if language == "zh" and not _KANA.search(text):
        return chinese(text)
    if language == "en" and not _WIDE.search(text):
        return _english(text)
    words: list[str] = []
    for run in _RUNS.findall(text):
        if HAN.search(run) and not _KANA.search(text):
            words += chinese(run)
        elif language == "en" and not _WIDE.search(run):
            words += _english(run)
        else:
            words += [word.lower() for word in unicode_words(run) if not is_punctuation(word)]
    return words


def _english(text: str) -> list[str]:
    """Basic English; other marks than its own are no words."""
    bare = (word.strip(_EDGES) for word in basic_english(text))
    return [word for word in bare if word and (word in _MARKS or not is_punctuation(word))]


def unicode_words(text: str) -> list[str]:
    """All words and the marks between them, by ICU: the Unicode standard's (UAX 29), and for
    languages without spaces its dictionaries (Japanese, Thai, Lao, Khmer, Burmese)."""
    from icu4py.breakers import WordBreaker

    return [str(word) for word in WordBreaker(text, "en")]


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
    """jieba's words without punctuation and spaces, or with these `marks`.

    Its dictionary is of simplified characters: traditional ones are cut where these would be.
    """
    plain = simplified(text)
    cut = (_cantonese_tokenizer() if _CANTONESE.search(text) else _tokenizer()).lcut(plain)
    ends = [0, *accumulate(map(len, cut))]
    words = [text[start:end] for start, end in pairwise(ends)]
    return [word for word in words if marks or not is_punctuation(word)]


def sentence(words: Sequence[str]) -> str:
    """The words as one text: no space between words of Chinese and other scripts that have none,
    one between others, no padding."""
    said = [word for word in words if word]
    spaced = (
        word if unspaced(before) and unspaced(word) else f" {word}"
        for before, word in pairwise(said)
    )
    return "".join([*said[:1], *spaced])


def is_punctuation(word: str) -> bool:
    """Whether no character of `word` is a letter, digit or the like.

    By Unicode category, which holds every Chinese mark: 。，、；：？！“”‘’「」（）《》【】…—～·.
    What chooses between a sign and its emoji is none either.
    """
    return all(
        unicodedata.category(character)[0] in "PSZC" or "\ufe00" <= character <= "\ufe0f"
        for character in word
    )


def unspaced(word: str) -> bool:
    """Whether some of it is in a script that has no spaces between words."""
    return _NO_SPACES.search(word) is not None


@functools.cache
def _cantonese_tokenizer() -> Any:
    """The same with Cantonese function words, which it would join to their neighbours."""
    tokenizer = copy.copy(_tokenizer())
    tokenizer.FREQ = dict(tokenizer.FREQ)
    for word in (*cantonese_words(), *_CANTONESE_NAMES.split()):
        tokenizer.add_word(simplified(word), 50_000)
    return tokenizer


@functools.cache
def cantonese_words() -> tuple[str, ...]:
    """Cantonese words that say nothing of a subject, as they are written in Hong Kong."""
    listed = Path(__file__).with_name("stop_words_cantonese.txt")
    return tuple(listed.read_text(encoding="utf-8").split())


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
