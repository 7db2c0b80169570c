"""Words become captions of readable length; sound becomes windows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.speech.hearing import RATE, Word
from core.text.speech.lines import LONGEST_S, lines
from core.text.speech.windows import LENGTH_S, windows


def said(text: str, at_s: float = 0.0, each_s: float = 0.4) -> list[Word]:
    """The words of a text, one after the other without a pause."""
    parts = text.split(" ")
    return [
        Word(at_s + i * each_s, at_s + (i + 1) * each_s, f" {part}", 0.9)
        for i, part in enumerate(parts)
    ]


def test_a_pause_and_the_end_of_a_sentence_begin_another_caption() -> None:
    words = [*said("it is so far done."), *said("go on"), *said("after a pause", 9.0)]
    words[5:7] = said("go on", 2.0)
    found = lines(words)
    assert [line.text for line in found] == ["it is so far done.", "go on", "after a pause"]
    assert [(line.start_s, line.end_s) for line in found] == [(0, 2.0), (2.0, 2.8), (9.0, 10.2)]


def test_a_short_sentence_takes_the_next_along() -> None:
    assert [line.text for line in lines(said("Yes. We did it"))] == ["Yes. We did it"]


def test_a_long_run_is_cut_at_its_comma() -> None:
    (first, *_) = lines(said("a b c d e f g h i, j k l m n o p q r s t", each_s=0.4))
    assert first.text == "a b c d e f g h i,"


def test_chinese_words_join_without_spaces() -> None:
    words = [Word(0, 1, "疫苗", 0.5), Word(1, 2, "接种", 1.0)]
    (line,) = lines(words)
    assert (line.text, line.confidence) == ("疫苗接种", 0.75)
    assert line.words[1] == Word(1, 2, "接种", 1.0)


_WORDS = st.lists(
    st.tuples(
        st.floats(0, 3),
        st.floats(0, 2),
        st.sampled_from([" word", "字", " end.", " part,", " a-very-long-one-that-goes-on"]),
        st.floats(0, 1),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(_WORDS)
def test_every_word_is_in_one_caption_and_times_ascend(drawn) -> None:
    words, now = [], 0.0
    for gap, length, text, sure in drawn:
        words.append(Word(now + gap, now + gap + length, text, sure))
        now += gap + length
    found = lines(words)
    assert [w.text for line in found for w in line.words] == [w.text.strip() for w in words]
    for line in found:
        assert line.start_s < line.end_s
        assert len(line.words) == 1 or line.end_s - line.start_s <= LONGEST_S + 0.2
    starts = [line.start_s for line in found]
    assert starts == sorted(starts)


def test_windows_are_cut_where_it_is_quiet_and_lose_nothing() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 300 * RATE).astype(np.float32)
    sound[115 * RATE : 116 * RATE] *= 0.001
    cut = list(windows(np.array_split(sound, 61)))
    assert np.array_equal(np.concatenate([samples for _, samples in cut]), sound)
    starts = [start_s for start_s, _ in cut]
    assert starts[1] == pytest.approx(115.5, abs=0.5)
    assert all(len(samples) <= LENGTH_S * RATE for _, samples in cut)
    assert starts == [start_s for start_s, _ in windows(np.array_split(sound, 17))]


def test_no_sound_is_no_window() -> None:
    assert list(windows([])) == []
