"""Finds typed words in captions: by their beginnings, in scripts without spaces anywhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from core.errors import InvalidSetting
from core.text.scripts import UNSPACED, simplified

LONGEST_QUERY = 200  # characters
_MOST_TERMS = 20
# Found anywhere: scripts without spaces, and those where an article or "and" is one with its word.
_ANYWHERE = f"{UNSPACED}\u0590-\u06ff"
_TERM = re.compile(r'"([^"]*)"|(\S+)')
_WORD_START = rf"(?<![^\W_{UNSPACED}])"  # no letter or digit right before, Chinese ones not counted
_EDGE = re.compile(r"^[^\w']+|[^\w']+$|^'+|'+$")

_NARROW = {0xFF01 + code: 0x21 + code for code in range(94)} | {0x3000: 0x20}
_NARROW |= dict.fromkeys(map(ord, "‘’ʼ"), 0x27)

Span = tuple[int, int]  # characters of a caption, from the first to behind the last


@dataclass(frozen=True)
class CaptionQuery:
    """Words that must all be in a caption. `terms` are as they were typed."""

    terms: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def spans(self, caption: str) -> list[Span]:
        """Where the words are, in order and apart; [] unless every one of them is there."""
        return self._spans(_folded(caption))

    def spans_of(self, captions: Collection[str]) -> dict[str, list[Span]]:
        """The same of many captions, of which those that have them all are given."""
        folded, start = _folded("\n".join(captions)), 0  # at once: OpenCC is slow to begin
        found: dict[str, list[Span]] = {}
        for caption in captions:
            if spans := self._spans(folded[start : start + len(caption)]):
                found[caption] = spans
            start += len(caption) + 1
        return found

    def _spans(self, folded: str) -> list[Span]:
        found: list[Span] = []
        for pattern in self.patterns:
            here = [match.span() for match in pattern.finditer(folded)]
            if not here:
                return []
            found += here
        return _apart(found)

    def in_some(self, captions: str) -> bool:
        """Whether `captions`, one a line, can have a line with all words: each is somewhere."""
        folded = _folded(captions)
        return all(pattern.search(folded) for pattern in self.patterns)


def caption_query(text: str) -> CaptionQuery:
    """What `text` asks for: words, and phrases in "double quotes"; case does not matter.

    Punctuation around a word is not looked at. Raises InvalidSetting for more than 200 characters
    or 20 words, and where there is no word.
    """
    check_query(text)
    terms = [phrase or word for phrase, word in _TERM.findall(_plain_quotes(text))]
    terms = list(dict.fromkeys(filter(None, (_EDGE.sub("", term) for term in terms))))
    if not terms:
        raise InvalidSetting("There is no word to look for; type a word of a caption.")
    if len(terms) > _MOST_TERMS:
        raise InvalidSetting(
            f"{len(terms)} words are too many to look for at once; type at most {_MOST_TERMS}."
        )
    return CaptionQuery(tuple(terms), tuple(map(_pattern, terms)))


def check_query(text: str) -> None:
    """Raises InvalidSetting for what is too long or empty to be looked for."""
    if not text.strip():
        raise InvalidSetting("There is no word to look for; type a word of a caption.")
    if len(text) > LONGEST_QUERY:
        raise InvalidSetting(
            f"{len(text):,} characters are too many to look for; type at most {LONGEST_QUERY}."
        )


def _pattern(term: str) -> re.Pattern[str]:
    """One term as `_folded`; spaces in a phrase are any spaces."""
    words = [re.escape(word) for word in _folded(term).split()]
    start = "" if re.match(f"[{_ANYWHERE}]", term) else _WORD_START
    return re.compile(start + r"\s+".join(words), re.IGNORECASE)


def _folded(text: str) -> str:
    """As it is compared, each letter in its place: traditional characters as simplified ones,
    full-width letters as others, any apostrophe as the straight one."""
    return text if text.isascii() else simplified(text.translate(_NARROW))


def _plain_quotes(text: str) -> str:
    return re.sub("[‘’]", "'", re.sub("[“”„]", '"', text))


def _apart(spans: list[Span]) -> list[Span]:
    """In order; those that overlap are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
