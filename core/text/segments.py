"""A caption segment without a video: what the parsers make and the alignment reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Timed(Protocol):
    """Anything with a start and an end: a Segment here, a Caption once it is recorded."""

    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


class Segment(NamedTuple):
    """One caption: seconds and text. Untimed segments have 0 for both times until spread."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Transcript:
    """All captions of one video, in time."""

    segments: tuple[Segment, ...]
    timed: bool
    language: str  # "en" | "zh" | "other"
    notes: str = ""  # what people should know of the reading: sentences, such as cues passed over


def spread(transcript: Transcript, duration_s: float) -> tuple[Segment, ...]:
    """The segments with times; untimed ones get equal shares of `duration_s`."""
    if transcript.timed:
        return transcript.segments
    share_s = duration_s / len(transcript.segments)
    return tuple(
        Segment(position * share_s, (position + 1) * share_s, segment.text)
        for position, segment in enumerate(transcript.segments)
    )
