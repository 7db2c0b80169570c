"""What the model writes, as it is kept: simplified characters, Chinese marks, sure words."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import InvalidSetting
from core.text.speech import hearing, model
from core.text.speech.hearing import Hearing

SPEECH = np.ones(16_000, np.float32)


class Whisper:
    """Stands for the model: gives one segment, in the language that it is told or believes."""

    def __init__(self, words: list[str], language: str, sure: float = 0.9, **segment: float):
        self.words, self.language, self.sure, self.asked = words, language, sure, []
        self.segment = {"avg_logprob": -0.2, "no_speech_prob": 0.0, "compression_ratio": 1.2}
        self.segment |= segment

    def transcribe(self, _samples, *, language, **_options):
        self.asked.append(language)
        words = [
            SimpleNamespace(word=word, start=i, end=i + 1, probability=0.5)
            for i, word in enumerate(self.words)
        ]
        info = SimpleNamespace(language=language or self.language, language_probability=self.sure)
        return iter([SimpleNamespace(words=words, end=len(words), **self.segment)]), info


@pytest.fixture(autouse=True)
def spoken(monkeypatch) -> None:
    """The samples here are no speech."""
    monkeypatch.setattr(hearing, "is_spoken", np.any)


def heard(whisper: Whisper, **options):
    one = Hearing.__new__(Hearing)
    one._whisper = whisper
    return one.hear(SPEECH, **options)


def test_chinese_is_simplified_with_its_own_marks() -> None:
    found = heard(Whisper(["疫苗,", "有", "1,000,", "種頭髮?", " BA.5,", " "], "zh"))
    assert [word.text for word in found.words] == ["疫苗，", "有", "1,000,", "种头发？", " BA.5,"]
    assert [word.text for word in heard(Whisper(["種,"], "ja")).words] == ["種,"]
    assert [word.text for word in heard(Whisper(["種"], "en")).words] == ["种"]  # for a sentence


def test_a_language_that_cannot_be_told_is_the_usual_one() -> None:
    unsure = Whisper(["a"], "cy", 0.4)
    assert heard(unsure, usual="en").language == "en"
    assert unsure.asked == [None, "en"]
    assert heard(Whisper(["a"], "cy", 0.9), usual="en").language == "cy"
    assert heard(Whisper(["a"], "cy", 0.4)).language == "cy"


@pytest.mark.parametrize(
    "segment",
    [{"compression_ratio": 3.0}, {"avg_logprob": -1.5, "no_speech_prob": 0.9}],
    ids=["repeats", "guesses"],
)
def test_what_was_not_understood_is_left_out(segment) -> None:
    assert heard(Whisper(["thank", "you"], "en", **segment)).words == ()
    assert heard(Whisper(["thank", "you"], "en", **segment)).language == ""


def test_silence_is_not_given_to_the_model() -> None:
    without = Hearing.__new__(Hearing)
    assert without.hear(np.zeros(16_000, np.float32)).words == ()


def test_the_folder_in_the_settings_comes_first(tmp_path, monkeypatch) -> None:
    own, brought = tmp_path / "own", tmp_path / "brought"
    for folder in (own, brought):
        folder.mkdir()
        for name in ("model.bin", "tokenizer.json"):
            (folder / name).write_bytes(b"x")
        (folder / "config.json").write_text("{}")
    monkeypatch.setattr(model, "_packaged", lambda: None)
    assert model.find(tmp_path / "none") is None
    assert model.find(brought).folder == brought
    monkeypatch.setattr(model, "_packaged", lambda: model.Model("Packaged", "1"))
    assert model.find(brought).name == "Packaged"
    monkeypatch.setenv(model.SETTING, str(own))
    assert model.find(brought).folder == own
    with pytest.raises(InvalidSetting, match="cannot be loaded"):
        Hearing(model.find(brought))


def test_a_damaged_package_is_not_used(monkeypatch) -> None:
    monkeypatch.setattr(model, "_SHA256", "0" * 64)
    if model._packaged() is None:
        pytest.skip("the packaged speech model is not installed")
    with pytest.raises(InvalidSetting, match="damaged; install it again"):
        model.packaged_files()
