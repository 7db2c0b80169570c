"""Frames and captions as stretches of time that follow each other, as a tier of ELAN needs them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from core.records import Caption


class Stretch(NamedTuple):
    """A text from `start_s` to `end_s`, in seconds of its video."""

    start_s: float
    end_s: float
    text: str


def of_frames(
    times_s: Sequence[float], texts: Sequence[str], step_s: float, last_s: float
) -> list[Stretch]:
    """Neighbouring frames with one text are one stretch; a frame without text is none.

    A frame stands for the time until the next one, at most one and a half times `step_s`, so that
    frames left out are a gap; the last one ends at `last_s`, the video's length, where that is
    known. `times_s` ascend.
    """
    found: list[Stretch] = []
    following = [*times_s[1:], float("inf")]
    for time_s, until_s, text in zip(times_s, following, texts, strict=True):
        end_s = until_s if until_s - time_s <= 1.5 * step_s else time_s + step_s
        if until_s == float("inf") and time_s < last_s < end_s:
            end_s = last_s
        if not text or end_s <= time_s:
            continue
        before = found[-1] if found else None
        if before and before.text == text and before.end_s == time_s:
            found[-1] = Stretch(before.start_s, end_s, text)
        else:
            found.append(Stretch(time_s, end_s, text))
    return found


def of_captions(segments: Sequence[Caption]) -> list[Stretch]:
    """The segments in order; where two overlap the earlier ends as the later begins.

    Segments that begin in the same millisecond are one, their texts on lines of their own.
    """
    ordered = sorted(segments, key=lambda segment: (segment.start_s, segment.position))
    begun: list[Stretch] = []
    for segment in ordered:
        text = " ".join(segment.text.split())
        before = begun[-1] if begun else None
        if before and round(before.start_s * 1000) == round(segment.start_s * 1000):
            both = f"{before.text}\n{text}"
            begun[-1] = Stretch(before.start_s, max(before.end_s, segment.end_s), both)
        else:
            begun.append(Stretch(segment.start_s, segment.end_s, text))
    cut = [
        Stretch(one.start_s, min(one.end_s, later.start_s), one.text)
        for one, later in pairwise(begun)
    ]
    return [*cut, *begun[-1:]]
