"""Tells in which language a text is: by its script first, then by its commonest words."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from core.text.scripts import HAN

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_WORD = re.compile(r"[a-z']+")
_ENGLISH = frozenset(
    ("the", "and", "of", "to", "is", "that", "you", "it", "for", "this", "was", "are", "with", "we")
)
_SHORT = 30  # words: fewer prove nothing by their share of common words
_CODES: dict[str, Literal["en", "zh", ""]] = {
    **dict.fromkeys(("en", "eng"), "en"),
    **dict.fromkeys(("zh", "zho", "chi", "cmn", "yue"), "zh"),
    **dict.fromkeys(("", "und", "mul"), ""),
}
# Scripts of one language, or nearly; and letters by which languages of one script differ.
_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    code: re.compile(f"[{letters}]")
    for code, letters in {
        "ja": "\u3040-\u30ff\uff66-\uff9f", "ko": "\u1100-\u11ff\uac00-\ud7af",
        "th": "\u0e00-\u0e7f",
        "lo": "\u0e80-\u0eff", "my": "\u1000-\u109f", "km": "\u1780-\u17ff", "hi": "\u0900-\u097f",
        "bn": "\u0980-\u09ff", "pa": "\u0a00-\u0a7f", "gu": "\u0a80-\u0aff", "ta": "\u0b80-\u0bff",
        "te": "\u0c00-\u0c7f", "kn": "\u0c80-\u0cff", "ml": "\u0d00-\u0d7f", "si": "\u0d80-\u0dff",
        "ar": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", "he": "\u0590-\u05ff",
        "el": "\u0370-\u03ff\u1f00-\u1fff", "ru": "\u0400-\u04ff", "hy": "\u0530-\u058f",
        "ka": "\u10a0-\u10ff", "am": "\u1200-\u137f",
    }.items()
}  # fmt: skip
_WITHIN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ru": (("uk", "[іїєґІЇЄҐ]"), ("sr", "[ђћџљњјЂЋЏЉЊЈ]")),
    "ar": (("ur", "[ٹڈڑےں]"), ("fa", "[پچژگی]")),
}
_NAMES = {
    "en": "English", "zh": "Chinese", "yue": "Cantonese", "es": "Spanish", "fr": "French",
    "de": "German", "pt": "Portuguese", "it": "Italian", "nl": "Dutch", "pl": "Polish",
    "tr": "Turkish", "vi": "Vietnamese", "id": "Indonesian", "ru": "Russian", "uk": "Ukrainian",
    "sr": "Serbian", "ar": "Arabic", "fa": "Persian", "ur": "Urdu", "he": "Hebrew", "iw": "Hebrew",
    "hi": "Hindi", "bn": "Bengali", "pa": "Punjabi", "gu": "Gujarati", "ta": "Tamil",
    "te": "Telugu", "kn": "Kannada", "ml": "Malayalam", "si": "Sinhala", "ja": "Japanese",
    "ko": "Korean", "th": "Thai", "lo": "Lao", "my": "Burmese", "km": "Khmer", "el": "Greek",
    "hy": "Armenian", "ka": "Georgian", "am": "Amharic", "cs": "Czech", "sv": "Swedish",
    "no": "Norwegian", "da": "Danish", "fi": "Finnish", "hu": "Hungarian", "ro": "Romanian",
    "bg": "Bulgarian", "hr": "Croatian", "sk": "Slovak", "ms": "Malay", "sw": "Swahili",
}  # fmt: skip
_COMMON = 0.1  # of a text's words that are common ones of a language


def named(code: str) -> str:
    """A language's English name by its code ("es", "pt-BR"), the code where it is not known."""
    return _NAMES.get(re.split(r"[-_]", code.lower())[0], code)


def of_code(code: str | None) -> Literal["en", "zh", "other", ""]:
    """What a language tag of a file says (ISO 639 or BCP 47, "zh-Hant"); "" for no language."""
    return _CODES.get(re.split(r"[-_]", (code or "").lower())[0], "other")


def detect(text: str) -> Literal["en", "zh", "other"]:
    """Chinese where there are more Chinese characters than other words; English for plain letters
    with English words; "other" for every other language and for no letters at all."""
    text = unicodedata.normalize("NFKC", text)
    letters = len(_LETTER.findall(text))
    if letters == 0:
        return "other"
    han = len(HAN.findall(text))
    words = len(_LATIN_WORDS.findall(text))
    foreign = letters - han - len(_LATIN.findall(text))
    if foreign > 0.1 * letters:
        return "other"
    if han >= words and han > foreign:
        return "zh"
    rest = HAN.sub(" ", text)
    plain = len(re.findall("[A-Za-z]", rest))
    if plain < 0.97 * len(_LETTER.findall(rest)):
        return "other"
    said = _ENGLISH_WORD.findall(rest.lower())
    common = sum(word in _ENGLISH for word in said)
    if len(said) < _SHORT:  # too few for a share: unless other languages' words say otherwise
        return "en" if _of_latin(rest) in ("", "en") else "other"
    return "en" if common >= 0.05 * len(said) else "other"


_LATIN_WORDS = re.compile(rf"{_LATIN.pattern}[\w'’-]*")


def code(text: str) -> str:
    """The language by its ISO 639 code, also beyond English and Chinese: "ja", "es"; "" unknown.

    Languages in Latin letters are told apart by their commonest words, so of a few words only
    some are known; Persian, Urdu, Ukrainian and Serbian by their own letters.
    """
    letters = len(_LETTER.findall(text))
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    best = max(counts, key=counts.__getitem__)
    if letters and counts[best] > (0.1 if best == "ja" else 0.3) * letters:
        for name, own in _WITHIN.get(best, ()):
            if len(re.findall(own, text)) > 0.01 * letters:
                return name
        return best
    known = detect(text)
    if known == "zh" or not letters:
        return "zh" if letters else ""
    return _of_latin(text) or ("en" if known == "en" else "")


def _of_latin(text: str) -> str:
    """By common words; English has its own for comparison. "" where no language has enough."""
    words = [word for word in _WORD.findall(text.lower()) if len(word) > 1]
    counts = {name: sum(word in listed for word in words) for name, listed in common().items()}
    counts["en"] = sum(word in _ENGLISH_FUNCTION for word in words)
    best = max(counts, key=counts.__getitem__)
    fewest = max(2, _COMMON * len(words), 2 * counts["en"] if best != "en" else 0)
    return best if counts[best] >= fewest else ""


_ENGLISH_FUNCTION = _ENGLISH | frozenset(
    ("a", "in", "on", "at", "by", "he", "she", "they", "his", "her", "be", "have", "has", "had",
     "not", "but", "from", "as", "or", "an", "were", "been", "their", "there", "what", "so", "i")
)  # fmt: skip


@functools.cache
def common() -> dict[str, frozenset[str]]:
    """The commonest words, which say nothing of a subject, of languages beyond English and Chinese,
    by ISO 639 code."""
    listed = Path(__file__).with_name("stop_words_other.txt").read_text(encoding="utf-8")
    lines = (line.partition(": ") for line in listed.splitlines())
    return {name: frozenset(words.split()) for name, _, words in lines}
