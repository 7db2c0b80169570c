"""From vectors back to words: against a plain loop, in a vocabulary and in a whole file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidSetting
from core.text import verbalise
from core.text.vectors import open_file
from core.text.verbalise import nearest_words, sentence, whole_vocabulary


def plain(vectors: np.ndarray, table: np.ndarray, metric: str) -> list[int]:
    """Word by word, in float64."""
    if metric == "l2":
        return [int(((table - vector) ** 2).sum(axis=1).argmin()) for vector in vectors]
    lengths = np.linalg.norm(table, axis=1)
    return [int((table @ vector / lengths).argmax()) for vector in vectors]


@pytest.mark.parametrize("metric", ["l2", "cosine"])
def test_one_product_finds_what_a_loop_finds(metric: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    table = random.normal(size=(200, 30)).astype(np.float32) * random.uniform(0.2, 3, (200, 1))
    vectors = random.normal(size=(101, 30)).astype(np.float32)
    expected = plain(vectors.astype(float), table.astype(float), metric)
    assert nearest_words(vectors, table.astype(np.float32), metric).tolist() == expected
    monkeypatch.setattr(verbalise, "_CELLS", 700)  # three vectors at a time
    assert nearest_words(vectors, table.astype(np.float32), metric).tolist() == expected


def test_the_first_of_equals() -> None:
    random = np.random.default_rng(1)
    row = random.normal(size=300).astype(np.float32)
    table = np.tile(row, (77, 1))
    table[0] = 0
    for metric in ("l2", "cosine"):
        assert (nearest_words(row[None] * 1.01, table, metric) == 1).all()
    assert nearest_words(np.zeros((2, 300), np.float32), np.zeros((5, 300))).tolist() == [0, 0]


def test_cosine_ends_where_zero_is_nearer() -> None:
    table = np.array([[0, 0], [10, 0], [0, 1]], np.float32)
    vectors = np.array([[4, 0], [6, 0], [0.1, 0.2], [0.2, 0.9]], np.float32)
    assert nearest_words(vectors, table, "cosine").tolist() == [0, 1, 0, 2]


def test_nothing_to_do_and_what_is_refused() -> None:
    assert nearest_words(np.zeros((0, 3), np.float32), np.eye(3)).tolist() == []
    with pytest.raises(InvalidSetting, match="l2 or cosine"):
        nearest_words(np.eye(3), np.eye(3), "dot")
    with pytest.raises(InvalidSetting, match="no words"):
        nearest_words(np.eye(3), np.zeros((0, 3)))


class Pieces:
    """Words w0, w1, ... a few at a time."""

    name, size, key = "pieces", 8, "pieces"

    def __init__(self, table: np.ndarray, piece: int) -> None:
        self._table, self._piece = table, piece

    def lookup(self, words: object, report: object = None) -> tuple[np.ndarray, np.ndarray]:
        raise AssertionError("only the list is read")

    def chunks(self) -> Iterator[tuple[list[str], np.ndarray]]:
        for start in range(0, len(self._table), self._piece):
            part = self._table[start : start + self._piece]
            yield [f"w{start + n}" for n in range(len(part))], part


@pytest.mark.parametrize("metric", ["l2", "cosine"])
def test_a_whole_file_in_pieces_is_one_vocabulary(metric: str) -> None:
    random = np.random.default_rng(2)
    table = random.normal(size=(60, 8)).astype(np.float32)
    vectors = np.concatenate([table[[3, 59]] * 1.02, random.normal(size=(40, 8)), np.zeros((1, 8))])
    vectors = vectors.astype(np.float32)
    padded = np.concatenate([np.zeros((1, 8), np.float32), table])
    numbers = nearest_words(vectors, padded, metric)
    expected = ["" if number == 0 else f"w{number - 1}" for number in numbers]
    assert whole_vocabulary(Pieces(table, 7), vectors, metric) == expected
    assert expected[:2] == ["w3", "w59"]
    assert expected[-1] == ""


def test_the_whole_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_text("the 1 0\ndoctor 0 1\n医生 0 -1\n")
    vectors = np.array([[0.1, 0.9], [0.9, 0.1], [0, -3]], np.float32)
    assert whole_vocabulary(open_file(path), vectors) == ["doctor", "the", "医生"]
    with pytest.raises(InvalidSetting, match="cannot list"):
        whole_vocabulary(Pieces(np.zeros((0, 8), np.float32), 3), np.zeros((1, 8), np.float32))


def test_sentence() -> None:
    assert sentence(["health", "officials", "", ""]) == "health officials"
    assert sentence(["老年人", "要", "接种", "", "疫苗"]) == "老年人要接种疫苗"
    assert sentence(["达到", "90%", "左右", "的", "covid"]) == "达到 90% 左右的 covid"
    assert sentence(["", ""]) == ""
