"""Makes captions of readable length out of words: split at pauses and ends of sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.text.speech.hearing import Word

LONGEST_S = 7.0
WIDEST = 84  # letters, of which a Chinese character is two: two lines of a subtitle
_PAUSE_S = 0.7
_SHORTEST_S = 1.5  # a sentence that ends sooner takes the next one along
_SENTENCE = re.compile(r"[.?!。？！…][\"'”’」』)）]*$")
_PART = re.compile(r"[,;:，、；：][\"'”’」』)）]*$")
_COMMA_S = 0.4  # what a comma counts as, and each share of being off the middle costs
_ROUNDED = 3


class Line(NamedTuple):
    """One caption: seconds, text, the mean probability of its words, and the words."""

    start_s: float
    end_s: float
    text: str
    confidence: float
    words: tuple[Word, ...]


def lines(words: Sequence[Word]) -> list[Line]:
    """The captions of `words`, which are in the order of their times."""
    return [_line(part) for run in _sentences(_in_order(words)) for part in _readable(run)]


def _in_order(words: Sequence[Word]) -> Iterator[Word]:
    """No word begins before the one before it has ended, or ends before it begins."""
    end_s = 0.0
    for word in words:
        start_s = max(word.start_s, end_s)
        end_s = max(word.end_s, start_s)
        yield word._replace(start_s=start_s, end_s=end_s)


def _sentences(words: Iterator[Word]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in words:
        if run and (word.start_s - run[-1].end_s >= _PAUSE_S or _is_whole(run)):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _is_whole(run: Sequence[Word]) -> bool:
    long_enough = run[-1].end_s - run[0].start_s >= _SHORTEST_S
    return long_enough and bool(_SENTENCE.search(run[-1].text))


def _readable(run: list[Word]) -> list[list[Word]]:
    """`run`, or its parts: cut where a pause is longest, at a comma, near the middle."""
    too_long = run[-1].end_s - run[0].start_s > LONGEST_S or _width(run) > WIDEST
    if not too_long or len(run) == 1:
        return [run]
    cut = max(range(1, len(run)), key=lambda place: _fitness(run, place))
    return [*_readable(run[:cut]), *_readable(run[cut:])]


def _fitness(run: Sequence[Word], place: int) -> float:
    before, after = run[place - 1], run[place]
    comma = _COMMA_S if _PART.search(before.text) or _SENTENCE.search(before.text) else 0.0
    off = abs(2 * _width(run[:place]) / _width(run) - 1)
    return after.start_s - before.end_s + comma - 2 * _COMMA_S * off


def _width(run: Sequence[Word]) -> int:
    text = "".join(word.text for word in run)
    return max(1, sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text))


def _line(run: Sequence[Word]) -> Line:
    bare = tuple(
        Word(
            round(word.start_s, _ROUNDED),
            round(word.end_s, _ROUNDED),
            word.text.strip(),
            round(word.probability, _ROUNDED),
        )
        for word in run
    )
    sure = sum(word.probability for word in run) / len(run)
    end_s = max(bare[-1].end_s, bare[0].start_s + 0.1)
    text = "".join(word.text for word in run).strip()
    return Line(bare[0].start_s, end_s, text, round(sure, _ROUNDED), bare)
