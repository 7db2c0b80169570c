"""Words that were really said, most typical of a cluster, or of a group's part in it."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.comparison.keyness import z_scores
from core.analysis.weighting import blocks_of
from core.caching import computed_once
from core.pipeline.columns.known import GROUP
from core.pipeline.comparison.compare import identifier, labelled, material
from core.pipeline.comparison.marking_words import (
    clusters_of_segments,
    frames_of_segments,
)
from core.pipeline.curation.only import Only
from core.records import Clustering
from core.storage import Database, analyses, results, runs
from core.text.language_parts import language_parts
from core.text.spoken import spoken
from core.text.stop_words import telling_words, tells
from core.text.tokens import (
    basic_english,
    chinese,
    is_punctuation,
    sentence,
    unicode_words,
    unspaced,
)

_FEWEST, _MOST = 3, 8  # words of a phrase
_READ = 50  # captions of a cluster whose phrases are compared, the most typical ones
_CUT = 0.8  # of the weight of a phrase at the end of a caption without a mark: the speech goes on
_UP_TO_MARK = 2  # words after a phrase that are said too where a mark follows them
_Part = tuple[int, str]  # a cluster's number, and the group or "" for all of it


@dataclass(frozen=True)
class TypicalWords:
    """A phrase of 3 to 8 words that was said there, and of how many captions of its language."""

    text: str
    language: str
    captions: int


@dataclass(frozen=True)
class Said:
    """A caption, and where its frames lie."""

    text: str
    words: tuple[str, ...]  # those that tell, in lower case
    meaning: np.ndarray  # (M,)


def typical_words(
    db: Database, clustering: Clustering, by: str = GROUP, only: Only | None = None
) -> dict[_Part, tuple[TypicalWords, ...]]:
    """One phrase for each language said in a cluster, or in a group's part of it, most said first.

    A phrase is of one caption and one script. It counts by its words' weighted log-odds against the
    rest of the language (core.analysis.comparison.keyness), and by how near the caption's meaning,
    the words' block of its frames' latents, is to the mean of all captions there. Raises NotFound.
    """
    return _typical(db, clustering.id, by, only, identifier(db, clustering, by, only))


def phrase(said: Sequence[str], language: str, weights: dict[str, float]) -> tuple[float, str]:
    """The best 3 to 8 words in a row of a caption's `said` pieces, and their weight; (0, "") none.

    Of telling words at both ends and two in all, where there are such; else of one telling word.
    One that ends just before a mark runs up to it.
    """
    best = (0.0, "")
    for strict in (True, False):
        for first, end in _windows(said):
            words = said[first:end]
            tell = [[w for w in _bare(word, language) if tells(w, language)] for word in words]
            different = {w for told in tell for w in told}
            if strict and not (tell[0] and tell[-1] and len(different) > 1):
                continue
            weight = sum(weights.get(w, 0.0) for w in different) / math.sqrt(len(words))
            weight *= _CUT if end == len(said) else 1
            if weight > best[0]:
                words = said[first : _up_to_mark(said, first, end)]
                best = weight, sentence(words) if language != "en" else " ".join(words)
        if best[1]:
            break
    return best


def said_of(text: str, language: str, meaning: np.ndarray) -> Said:
    """A caption's part in that language with the words of it that tell."""
    return Said(text, tuple(word.lower() for word in telling_words(text, language)), meaning)


def meaning_of(blocks: Mapping[str, int], size: int) -> np.ndarray:
    """(D,) which numbers of a latent of `size` say what is meant: the words' block, or all."""
    if "words" not in blocks:
        return np.ones(size, bool)
    return np.repeat(list(blocks), list(blocks.values())) == "words"


@computed_once(8)
def _typical(
    db: Database, clustering_id: str, by: str, only: Only | None, _content: str
) -> dict[_Part, tuple[TypicalWords, ...]]:
    said = _said(db, analyses.clustering(db, clustering_id), by, only)
    everything: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, group, language), captions in said.items():
        if not group:
            everything[language].update(word for one in captions for word in one.words)
    found: dict[_Part, list[TypicalWords]] = defaultdict(list)
    for (number, group, language), captions in said.items():
        text = most_typical(captions, language, everything[language])
        if text:
            found[number, group].append(TypicalWords(text, language, len(captions)))
    return {
        part: tuple(sorted(lines, key=lambda line: -line.captions)) for part, lines in found.items()
    }


def most_typical(captions: Sequence[Said], language: str, everything: Counter[str]) -> str:
    """The phrase of some captions that tells most of them from all others; "" for none.

    `everything` counts the words of all captions of their language.
    """
    own = Counter(word for one in captions for word in one.words)
    z = z_scores(own, everything - own)
    weights = {word: max(z.get(word, (0.0, 0.0))[1], 0) + 0.1 * n for word, n in own.items()}
    meanings = np.stack([one.meaning for one in captions])  # (C, M)
    middle = meanings.mean(axis=0)
    lengths = np.linalg.norm(meanings, axis=1) * np.linalg.norm(middle)
    near = 1 + np.divide(meanings @ middle, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
    worth = near * [sum(weights[word] for word in set(one.words)) for one in captions]
    best = (0.0, "")
    for place in np.argsort(-worth, kind="stable")[:_READ]:
        weight, text = phrase(_pieces(captions[place].text, language), language, weights)
        best = max(best, (weight * float(near[place]), text), key=lambda one: one[0])
    return best[1]


def _said(
    db: Database, clustering: Clustering, by: str, only: Only | None
) -> dict[tuple[int, str, str], list[Said]]:
    """What is said by cluster, group ("" for all of them together) and language."""
    found = material(db, clustering, by, only=only)
    latents = results.latents(db, clustering.run_id, mmap=True)
    blocks = blocks_of(runs.get(db, clustering.run_id))
    chosen = meaning_of(blocks, latents.shape[1])
    said: dict[tuple[int, str, str], list[Said]] = defaultdict(list)
    for place, own in enumerate(labelled(db, found)):
        rows = np.flatnonzero(found.video == place)
        rows = found.rows[rows[np.argsort(found.index[rows])]]
        if not len(rows):
            continue
        during = frames_of_segments(own.captions, own.times_s)
        clusters = clusters_of_segments(own)
        for caption, cluster, inside in zip(own.captions, clusters, during, strict=True):
            if cluster < 0:
                continue
            here = own.labels[inside] == cluster
            meaning = latents[rows[inside][here]].mean(axis=0)[chosen]
            for language, part in language_parts(spoken(caption.text), own.language):
                one = said_of(part, language, meaning)
                for group in ("", own.group):
                    said[found.numbers[cluster], group, language].append(one)
    return said


def _pieces(text: str, language: str) -> list[str]:
    """A caption's words as they are written, "" where a mark parts them."""
    if language == "zh":
        return ["" if is_punctuation(word) else word for word in chinese(text, marks=True)]
    if language == "other" and unspaced(text):
        words = (word for word in unicode_words(text) if not word.isspace())
        return ["" if is_punctuation(word) else word for word in words]
    pieces = []
    for word in text.split():
        bare = word.strip("".join(mark for mark in set(word) if is_punctuation(mark)))
        pieces += ["", bare] if word[0] != bare[:1] else [bare]
        if word[-1] != bare[-1:]:
            pieces.append("")
    return pieces


def _windows(said: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and end of every 3 to 8 words in a row of one script, with no mark between them."""
    for first in range(len(said)):
        scripts: set[str] = set()
        for last in range(first, min(first + _MOST, len(said))):
            scripts |= _scripts(said[last])
            if not said[last] or len(scripts) > 1:
                break
            if last - first + 1 >= _FEWEST:
                yield first, last + 1


def _up_to_mark(said: Sequence[str], first: int, end: int) -> int:
    """The end of a phrase with the few words up to a mark, where they are of its script."""
    scripts: set[str] = set().union(*map(_scripts, said[first:end]))
    for last in range(end, min(end + _UP_TO_MARK, first + _MOST, len(said) - 1)):
        if not said[last] or not _scripts(said[last]) <= scripts:
            break
        if not said[last + 1]:
            return last + 1
    return end


def _scripts(word: str) -> set[str]:
    """The scripts of a word's letters; Chinese characters and kana are written together."""
    names = {unicodedata.name(letter, "?").split(" ")[0] for letter in word if letter.isalpha()}
    return {"CJK" if name in ("HIRAGANA", "KATAKANA") else name for name in names}


def _bare(word: str, language: str) -> list[str]:
    return basic_english(word) if language == "en" else [word.lower()]
