"""Captions given by hand, in normal form, for a video's ingest: videos/<id>/captions.json."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from core.records import Caption
from core.storage.files import read_json, remove, write_json
from core.text.segments import Segment, Transcript, spread
from core.text.shifting import fitted, shifted
from core.video.part import WHOLE, Part

_NAME = "captions.json"


def write(folder: Path, transcript: Transcript, origin: str = "uploaded") -> None:
    """Keep `transcript` in the video's folder; a segment as a list of start, end and text.

    `origin` as in Video.caption_origin.
    """
    write_json(folder / _NAME, {**dataclasses.asdict(transcript), "origin": origin})


def origin(folder: Path) -> str:
    """Where what was kept came from; what older versions kept was uploaded."""
    return str((read_json(folder / _NAME) or {}).get("origin", "uploaded"))


def forget(folder: Path) -> None:
    """Keep nothing: the captions come from elsewhere now."""
    remove(folder / _NAME)


def read(folder: Path) -> Transcript | None:
    """What was kept, None where there is nothing."""
    stored = read_json(folder / _NAME)
    if stored is None:
        return None
    segments = tuple(Segment(*segment) for segment in stored["segments"])
    return Transcript(segments, stored["timed"], stored["language"], stored.get("notes", ""))


def placed(
    video_id: str, transcript: Transcript, duration_s: float, part: Part = WHOLE
) -> tuple[list[Caption], str]:
    """A transcript as the records of a video so long, and what people should know: what could not
    be read, and captions that lie beyond the video's end (core.text.shifting).

    Of the video's captions those of `part` are kept; text without times is taken for the part's.
    """
    segments, said = transcript.segments, ""
    if transcript.timed:
        segments, said = fitted(segments, duration_s)
    else:
        segments = shifted(spread(transcript, part.length_s(duration_s)), part.from_s)
    return records(video_id, during(part, segments)), f"{transcript.notes} {said}".strip()


def during(part: Part, segments: Sequence[Segment]) -> list[Segment]:
    """The segments of a video that are said in its `part`."""
    return [one for one in segments if part.holds(one.start_s, one.end_s)]


def records(video_id: str, segments: Sequence[Segment]) -> list[Caption]:
    """The segments as a video's records, numbered from 0."""
    return [
        Caption(video_id, position, segment.start_s, segment.end_s, segment.text)
        for position, segment in enumerate(segments)
    ]
