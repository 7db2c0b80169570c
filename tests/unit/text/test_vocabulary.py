"""The vocabulary: its order and numbers, unknown words, words that share a vector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import InvalidSetting
from core.text.tokens import published_tokens
from core.text.vocabulary import Vocabulary, build, own_vector
from models.interface import nearest_words

TEXTS = [["the", "virus"], [], ["boosters", "booster", "paxlova", "the", "the"]]


class Small:
    """Three dimensions; "booster" and "boosters" share a vector."""

    name, size, key = "small", 3, "small"
    table = {  # noqa: RUF012
        "the": [1, 0, 0],
        "virus": [0, 2, 0],
        "booster": [0, 0, 3],
        "boosters": [0, 0, 3],
    }

    def lookup(self, words: Sequence[str], report: object = None) -> tuple[np.ndarray, np.ndarray]:
        rows = [self.table.get(word, [0, 0, 0]) for word in words]
        known = [word in self.table for word in words]
        return np.array(rows, np.float32).reshape(-1, 3), np.array(known, bool)


def nearest(vocabulary: Vocabulary) -> torch.Tensor:
    """(V,) the nearest word of each word's own vector."""
    vectors = torch.from_numpy(vocabulary.vectors)
    return nearest_words(vectors, vectors)


def test_words_are_numbered_behind_padding(tmp_path: Path) -> None:
    vocabulary = build(TEXTS, Small(), "zero", tmp_path)
    assert vocabulary.words == ("", "booster", "boosters", "paxlova", "the", "virus")
    assert vocabulary.known.tolist() == [True, True, True, False, True, True]
    assert vocabulary.vectors.dtype == np.float32
    assert not vocabulary.vectors[0].any()
    numbers = vocabulary.numbers(TEXTS)
    assert numbers.dtype == np.int64
    assert numbers.tolist() == [[4, 5, 0, 0, 0], [0] * 5, [2, 1, 3, 4, 4]]
    assert vocabulary.numbers(TEXTS, 2).tolist() == [[4, 5], [0, 0], [2, 1]]
    assert vocabulary.numbers([["the", "new", "virus"]]).tolist() == [[4, 5]]
    assert vocabulary.numbers([]).shape == (0, 0)


def test_published_unknown_words_are_zero_and_known_ones_untouched(tmp_path: Path) -> None:
    vocabulary = build(TEXTS, Small(), "zero", tmp_path)
    assert vocabulary.vectors[1:].tolist() == [
        [0, 0, 3],
        [0, 0, 3],
        [0, 0, 0],
        [1, 0, 0],
        [0, 2, 0],
    ]
    assert nearest(vocabulary).tolist() == [0, 1, 1, 0, 4, 5]


def test_each_word_of_its_own_can_be_decoded_back(tmp_path: Path) -> None:
    vocabulary = build(TEXTS, Small(), "own", tmp_path)
    number = vocabulary.words.index("paxlova")
    length = np.mean([1, 2, 3, 3])
    np.testing.assert_allclose(
        vocabulary.vectors[number], own_vector("paxlova", 3) * length, rtol=1e-5
    )
    everything = nearest(vocabulary)
    assert everything.tolist() == list(range(len(vocabulary.words)))
    moved = np.linalg.norm(vocabulary.vectors[1] - [0, 0, 3])
    assert moved == pytest.approx(0.3, rel=1e-4)
    np.testing.assert_array_equal(vocabulary.vectors[4], [1, 0, 0])


def test_own_vectors_never_change() -> None:
    first = own_vector("paxlova", 300)
    assert np.linalg.norm(first) == pytest.approx(1, rel=1e-5)
    np.testing.assert_array_equal(first, own_vector("paxlova", 300))
    assert abs(first @ own_vector("paxlovb", 300)) < 0.25
    assert own_vector("a", 3).tolist() == pytest.approx([0.52541, -0.81979, -0.22779], abs=1e-4)


def test_the_same_words_give_the_same_vocabulary(tmp_path: Path) -> None:
    one = build(TEXTS, Small(), "own", tmp_path / "one")
    two = build(list(reversed(TEXTS)), Small(), "own", tmp_path / "two")
    assert one.words == two.words
    np.testing.assert_array_equal(one.vectors, two.vectors)


def test_a_corpus_without_words(tmp_path: Path) -> None:
    vocabulary = build([[], []], Small(), "own", tmp_path)
    assert vocabulary.words == ("",)
    assert vocabulary.vectors.shape == (1, 3)
    assert vocabulary.numbers([[]]).shape == (1, 0)
    with pytest.raises(InvalidSetting, match="zero or own"):
        build(TEXTS, Small(), "none", tmp_path)


def test_published_tokens_drop_three_marks_only() -> None:
    assert published_tokens("疫苗，打了。《好》？ 是", "zh") == [
        "疫苗",
        "打",
        "了",
        "《",
        "好",
        "》",
        "是",
    ]
    assert published_tokens("It's ok.", "en") == ["it", "'", "s", "ok", "."]
