"""Finds captions that are earlier or later than the speech of their video, by its sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.analysis.speech_lag import speech_lag
from core.errors import AffinityError, SoundUnreadable
from core.records import Video
from core.storage import Database, captions, videos
from core.storage.progress import Progress
from core.text.speech.hearing import spoken
from core.text.speech.windows import windows
from core.video import frames

_LEAST_S = 0.6  # less is the reader's own habit
_BETTER, _CLEAR = 0.08, 0.3  # correlations: how much better it must fit so, and how well at least


@dataclass(frozen=True)
class ShiftedCaptions:
    """What was found of one video; `later_s` is None where it cannot be told, and `why` says it."""

    video_id: str
    title: str
    later_s: float | None  # the captions are so much later than the speech
    why: str = ""

    @property
    def shifted(self) -> bool:
        return self.later_s is not None and abs(self.later_s) >= _LEAST_S


def find_shifted_captions(db: Database, report: Progress) -> list[ShiftedCaptions]:
    """Every ready video with captions; nothing is changed."""
    ready = [video for video in videos.ready(db) if video.captions]
    found = []
    for place, video in enumerate(ready):
        part = report.part(place / len(ready), (place + 1) / len(ready))
        found.append(_checked(db, video, part))
    return found


def _checked(db: Database, video: Video, report: Progress) -> ShiftedCaptions:
    def unknown(why: str) -> ShiftedCaptions:
        return ShiftedCaptions(video.id, video.title, None, why)

    if not video.captions_timed:
        return unknown("its captions have no times of their own")
    media = db.files.media(video)
    if not media.is_file():
        return unknown("its sound is not in this library")
    report(0.0, f"Listening to {video.title}")
    try:
        speech = _speech(video, media, report)
    except SoundUnreadable:
        return unknown("it has no sound, or none that can be decoded")
    except AffinityError as error:
        return unknown(str(error))
    said = [(caption.start_s, caption.end_s) for caption in captions.of_video(db, video.id)]
    lag = speech_lag(speech, said, video.duration_s)
    if lag is None:
        return unknown("somebody speaks always or never, or captions are always there")
    if lag.there < _CLEAR:
        return unknown(f"captions and speech do not follow each other (at best {lag.there:.2f})")
    return ShiftedCaptions(
        video.id, video.title, lag.seconds if lag.there - lag.now >= _BETTER else 0.0
    )


def _speech(video: Video, media: Path, report: Progress) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for start_s, window in windows(frames.sound(media, video.title)):
        found += [(start_s + first, start_s + last) for first, last in spoken(np.asarray(window))]
        report(min(1.0, start_s / max(video.duration_s, 1.0)), f"Listening to {video.title}")
    return found
