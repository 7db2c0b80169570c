"""Captions from what is said in a video: heard window by window, each kept until all are.

A job that was cancelled or killed goes on with the window that it was in.
"""

from __future__ import annotations

import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.errors import CaptionsUnavailable, NothingFound, SoundUnreadable
from core.format import clock
from core.pipeline.recognition.sound_source import sound_of
from core.pipeline.recognition.speech_model import speech_model
from core.records import Caption, Video
from core.storage import Database
from core.storage.files import read_json, remove_tree, write_json
from core.storage.progress import Progress
from core.storage.recognition import Recognised
from core.text.language import of_code
from core.text.speech.hearing import RATE, Heard, library, spoken_s
from core.text.speech.lines import Line, lines
from core.text.speech.listen import AT_ONCE, listen
from core.text.speech.listen import known as of_json
from core.text.speech.model import Model
from core.text.speech.windows import windows
from core.video.part import Part

_AT = tuple[float, Heard]  # seconds of a window's beginning, and what is said in it
_UNSAID = 5.0  # seconds of another language that are not worth naming


class _Window(NamedTuple):
    start_s: float
    samples: np.ndarray
    place: Path  # where what is heard in it is kept


def recognise(db: Database, video: Video, report: Progress, download: bool = False) -> Recognised:
    """Hear what is said in a video; `download` consents to fetching a model where none is there.

    Raises NothingFound where nothing is said, CaptionsUnavailable where there is no sound or no
    model, DownloadFailed, VideoUnreadable.
    """
    model = speech_model(db, report.part(0.0, 0.05), download)
    kept = db.files.video(video.id) / "speech" / model.key
    try:
        with sound_of(db, video, report.part(0.05, 0.1)) as blocks:
            heard = list(_heard(blocks, model, kept, video, report.part(0.1, 1.0)))
    except SoundUnreadable as error:
        raise CaptionsUnavailable(str(error)) from error
    found = [line for start_s, one in heard for line in _moved(lines(one.words), start_s)]
    remove_tree(kept.parent)
    if not found:
        raise NothingFound(
            f"Nobody is heard speaking in {video.title}; if somebody does, give it a caption file."
        )
    return _recognised(video, model, heard, found)


def _heard(
    blocks: Iterator[np.ndarray], model: Model, kept: Path, video: Video, report: Progress
) -> Iterator[_AT]:
    """Each window; those that no earlier attempt has heard are heard some at once."""
    seconds: dict[str, float] = defaultdict(float)
    pace = _Pace(report, video)
    waiting: list[_Window] = []

    def told(found: Iterator[_AT]) -> Iterator[_AT]:
        for start_s, one in found:
            if one.words:
                seconds[one.language] += spoken_s(one)
            yield start_s, one

    for start_s, samples in windows(_within(blocks, video)):
        place = kept / f"{start_s:.3f}-{zlib.crc32(samples.tobytes()):08x}.json"
        known = _read(place)
        if known is None:
            waiting.append(_Window(start_s, samples, place))
        if waiting and (known is not None or len(waiting) == AT_ONCE):
            yield from told(_listened(waiting, model, video, seconds, pace))
            waiting = []
        if known is not None:
            yield from told(iter([(start_s, known)]))
    if waiting:
        yield from told(_listened(waiting, model, video, seconds, pace))


def _listened(
    waiting: list[_Window], model: Model, video: Video, seconds: dict[str, float], pace: _Pace
) -> Iterator[_AT]:
    """Hear the windows, and keep each as soon as it is."""
    pace.begin(waiting[0].start_s)
    heard = listen(
        model,
        [window.samples for window in waiting],
        video.title,
        seconds,
        _wished(video),
        lambda place, reached_s: pace.reached(waiting[place].start_s + reached_s),
    )
    for window, one in zip(waiting, heard, strict=True):
        write_json(window.place, asdict(one))
        yield window.start_s, one


def _wished(video: Video) -> str:
    """The language that somebody gave the video, for where it cannot be told."""
    return video.language if video.language in ("en", "zh") else ""


def _within(blocks: Iterator[np.ndarray], video: Video) -> Iterator[np.ndarray]:
    """The sound with silence before the part that was taken of the video, and none after it."""
    part = Part.of(video.from_s, video.until_s)
    first, end = round(part.from_s * RATE), part.until_s
    place = 0
    for block in blocks:
        if end is not None and place >= end * RATE:
            return
        quiet = min(len(block), max(0, first - place))
        yield np.concatenate([np.zeros(quiet, np.float32), block[quiet:]]) if quiet else block
        place += len(block)


def _read(place: Path) -> Heard | None:
    try:
        known = read_json(place)
        if known is None:
            return None
        return of_json(known)
    except (ValueError, TypeError, KeyError):  # damaged: it is heard again
        return None


class _Pace:
    """Says how far the hearing is, and by the pace of this attempt how long it still takes."""

    def __init__(self, report: Progress, video: Video) -> None:
        self._report = report
        self._part = Part.of(video.from_s, video.until_s)
        self._end_s = max(self._part.end_s(video.duration_s), 1.0)
        self._began: tuple[float, float] | None = None  # when, with which second of the video

    def begin(self, now_s: float) -> None:
        """Hearing goes on at this second of the video."""
        self._began = self._began or (time.monotonic(), now_s)
        self.reached(now_s)

    def reached(self, now_s: float) -> None:
        """All is heard until this second of the video."""
        began, first_s = self._began or (time.monotonic(), now_s)
        done_s = now_s - first_s
        took = time.monotonic() - began
        left = took * (self._end_s - now_s) / done_s if done_s > 0 and took > 1 else None
        said = f"Recognising speech {clock(now_s)} of {clock(self._end_s)}"
        self._report(min(1.0, now_s / self._end_s), said, left)


def _moved(found: list[Line], by_s: float) -> Iterator[Line]:
    for line in found:
        words = tuple(
            word._replace(start_s=round(word.start_s + by_s, 3), end_s=round(word.end_s + by_s, 3))
            for word in line.words
        )
        yield line._replace(
            start_s=round(line.start_s + by_s, 3), end_s=round(line.end_s + by_s, 3), words=words
        )


def _recognised(video: Video, model: Model, heard: list[_AT], found: list[Line]) -> Recognised:
    spoken: dict[str, float] = defaultdict(float)
    for _, one in heard:
        if one.words:
            spoken[one.language] += spoken_s(one)
    usual = max(spoken, key=spoken.__getitem__)
    sure = max(one.probability for _, one in heard if one.language == usual)
    others = [code for code, s in spoken.items() if code != usual and s >= _UNSAID]
    return Recognised(
        origin="speech",
        language=of_code(usual) or "other",
        segments=[_caption(video, place, line) for place, line in enumerate(found)],
        provenance={
            "caption_speech": _provenance(model, usual, sure, others),
            "caption_language": usual,
        },
        message=_message(model, others),
    )


def _provenance(model: Model, language: str, sure: float, others: list[str]) -> dict[str, Any]:
    return {
        "model": model.name,
        "version": model.version,
        "by": library(),
        "language": language,
        "probability": round(sure, 3),
        "also": others,
    }


def _message(model: Model, others: list[str]) -> str:
    also = f" Also heard: {', '.join(others)}." if others else ""
    return f"Speech was recognised by {model.name}.{also}"


def _caption(video: Video, place: int, line: Line) -> Caption:
    return Caption(
        video.id,
        place,
        line.start_s,
        line.end_s,
        line.text,
        confidence=line.confidence,
        word_times=tuple(tuple(word) for word in line.words),  # type: ignore[misc]
    )
