"""Hears words in sound with a Whisper model (faster-whisper): their times, and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np

from core.errors import InvalidSetting
from core.machine import threads
from core.text.scripts import HAN, simplified
from core.text.speech.model import Model, packaged_files

RATE = 16_000  # samples a second
_UNSURE = 0.7  # of a language: below it, the one that is usual here is taken
_REPEATS = 2.4  # a text that packs better than this says the same again and again
_GUESSED = -1.0  # mean logarithm of the probabilities: below it nothing was understood
_NOT_SPEECH = 0.6
_FULL_WIDTH = dict(zip(",?!;:", "，？！；：", strict=True))
_MARK = re.compile(rf"(?<={HAN.pattern})[,?!;:]$")


class Word(NamedTuple):
    """One word as it is written, with a space before it where its language has one."""

    start_s: float
    end_s: float
    text: str
    probability: float


@dataclass(frozen=True)
class Heard:
    """What was heard in one stretch of sound; times are from its beginning."""

    language: str  # ISO 639, "" where nobody speaks
    probability: float  # of the language
    words: tuple[Word, ...]


def library() -> str:
    """The library that hears, and its version."""
    return f"faster-whisper {version('faster-whisper')}"


def spoken_s(heard: Heard) -> float:
    """For how long something is said in it."""
    return sum(word.end_s - word.start_s for word in heard.words)


def usual(seconds: Mapping[str, float], wished: str) -> str:
    """The language heard for longest so far; before any, the one that is wished."""
    return max(seconds, key=seconds.__getitem__, default=wished)


def on_gpu() -> bool:
    """Whether CTranslate2 finds a CUDA device."""
    from ctranslate2 import get_cuda_device_count

    return bool(get_cuda_device_count() > 0)


class Hearing:
    """A loaded model."""

    def __init__(self, model: Model) -> None:
        """Loads the model: on a GPU where CTranslate2 finds one, else on the processor, in int8.

        Raises InvalidSetting.
        """
        from faster_whisper import WhisperModel

        gpu = on_gpu()
        named: dict[str, Any] = {} if model.folder else {"files": packaged_files()}
        try:
            self._whisper = WhisperModel(
                str(model.folder or model.name),
                device="cuda" if gpu else "cpu",
                compute_type="float16" if gpu else "int8",
                cpu_threads=threads(),
                local_files_only=True,
                **named,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise InvalidSetting(
                f"The speech model {model.name} cannot be loaded ({error}); bring it again."
            ) from error

    def hear(
        self,
        samples: np.ndarray,
        usual: str = "",
        reached: Callable[[float], None] = lambda _: None,
    ) -> Heard:
        """What is said in `samples`, (n,) float32 of 16 kHz.

        `usual`: the language to take where it cannot be told; `reached` is called with seconds.
        """
        if not is_spoken(samples):
            return Heard("", 0.0, ())
        segments, info = self._transcribe(samples, None)
        if usual and usual != info.language and info.language_probability < _UNSURE:
            segments, info = self._transcribe(samples, usual)
        words: list[Word] = []
        for segment in segments:
            if _is_understood(segment):
                words += _words(segment, info.language)
            reached(segment.end)
        language = info.language if words else ""
        return Heard(language, float(info.language_probability) if words else 0.0, tuple(words))

    def _transcribe(self, samples: np.ndarray, language: str | None) -> tuple[Iterator[Any], Any]:
        return self._whisper.transcribe(
            samples,
            language=language,
            multilingual=language is None,  # told anew for each half minute
            word_timestamps=True,
            vad_filter=True,  # on silence and music it would invent words
            condition_on_previous_text=False,  # else one mistake is repeated to the end
            compression_ratio_threshold=_REPEATS,
            log_prob_threshold=_GUESSED,
            no_speech_threshold=_NOT_SPEECH,
        )


def spoken(samples: np.ndarray) -> list[tuple[float, float]]:
    """From when until when somebody speaks, in seconds, by the voice activity filter."""
    from faster_whisper.vad import get_speech_timestamps

    if not np.any(samples):
        return []
    return [(one["start"] / RATE, one["end"] / RATE) for one in get_speech_timestamps(samples)]


def is_spoken(samples: np.ndarray) -> bool:
    """Whether somebody speaks, by the voice activity filter; much cheaper than to listen."""
    return bool(spoken(samples))


def _is_understood(segment: Any) -> bool:
    """Not where the model itself says that it is no speech, or repeats itself."""
    guessed = segment.avg_logprob < _GUESSED and segment.no_speech_prob > _NOT_SPEECH
    return not guessed and segment.compression_ratio <= _REPEATS


def _words(segment: Any, language: str) -> Iterator[Word]:
    """Chinese in simplified characters, which depend on those beside them, with its own marks."""
    written = [word.word for word in segment.words]
    if language != "ja" and HAN.search("".join(written)):
        text = simplified("".join(written))
        ends = [0, *accumulate(map(len, written))]
        written = [_marked(text[start:end]) for start, end in pairwise(ends)]
    for word, text in zip(segment.words, written, strict=True):
        if text.strip():
            yield Word(float(word.start), float(word.end), text, float(word.probability))


def _marked(word: str) -> str:
    """The model writes half-width marks; those inside numbers stay."""
    return _MARK.sub(lambda mark: _FULL_WIDTH[mark[0]], word)
