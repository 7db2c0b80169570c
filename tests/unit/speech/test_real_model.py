"""The packaged model on real sound: the words of a clip, no words where nobody speaks."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.speech import error_rate, spoken_in, words_of
from core.text.speech import model
from core.text.speech.hearing import RATE, Hearing
from core.text.speech.lines import lines
from core.text.speech.listen import listen
from core.video import frames

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def packaged(tmp_path_factory) -> model.Model:
    found = model.find(tmp_path_factory.mktemp("none"))
    if found is None:
        pytest.skip("the packaged speech model is not installed")
    return found


@pytest.fixture(scope="module")
def hearing(packaged) -> Hearing:
    return Hearing(packaged)


def test_an_english_clip_is_heard_nearly_word_for_word(packaged, real) -> None:
    """By the child that a job asks, under its limits."""
    clip = real / "video" / "nasa_13013.mp4"
    sound = np.concatenate(list(frames.sound(clip, "nasa")))
    (heard,) = listen(packaged, [sound], "nasa", {}, "", lambda *_: None)
    found = lines(heard.words)
    spoken = spoken_in(clip, len(sound) / RATE)
    assert heard.language == "en"
    assert error_rate(spoken, words_of(" ".join(line.text for line in found))) <= 0.1
    assert found[0].start_s == pytest.approx(0.3, abs=0.3)
    assert all(line.end_s <= len(sound) / RATE for line in found)


def test_no_words_are_invented_where_nobody_speaks(hearing) -> None:
    rng = np.random.default_rng(0)
    times = np.arange(8 * RATE) / RATE
    melody = np.repeat(rng.choice([262, 294, 330, 349, 392, 440, 494], 16), RATE // 2)
    sounds = {
        "silence": np.zeros_like(times),
        "hum": 0.01 * np.sin(2 * np.pi * 50 * times),
        "noise": rng.normal(0, 0.05, len(times)),
        "loud noise": rng.normal(0, 0.3, len(times)),
        "music": 0.2 * np.sin(2 * np.pi * melody * times) + 0.1 * np.sin(np.pi * melody * times),
    }
    words = {name: hearing.hear(one.astype(np.float32)).words for name, one in sounds.items()}
    assert words == dict.fromkeys(sounds, ())
