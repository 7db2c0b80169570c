"""Captions whose clock is not their video's: a broadcast's time code, a longer film's times."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.format import clock
from core.text.segments import Segment

_HOUR_S = 3600.0
_OVER_S = 2.0  # beyond the end is none: captions may outlast the last frame a little


def fitted(segments: Sequence[Segment], duration_s: float) -> tuple[tuple[Segment, ...], str]:
    """The segments of a video `duration_s` long, and a sentence where they do not fit it.

    Where some lie beyond the end and a whole number of hours earlier all fit, they are shifted by
    it, and the sentence says so. Else the sentence says how many lie beyond, and what would help.
    """
    kept = tuple(segments)
    latest_s = duration_s + _OVER_S
    beyond = [segment for segment in kept if segment.start_s > latest_s]
    if not beyond or duration_s <= 0:
        return kept, ""
    first_s = min(segment.start_s for segment in kept)
    last_s = max(segment.start_s for segment in kept)
    hours = math.floor(first_s / _HOUR_S)
    if hours and last_s - hours * _HOUR_S <= latest_s:
        counted = "1 hour" if hours == 1 else f"{hours} hours"
        said = (
            f"The captions began at {clock(first_s)} and did not fit a video of "
            f"{clock(duration_s)}: all were shifted to {counted} earlier."
        )
        return shifted(kept, -hours * _HOUR_S), said
    if len(beyond) < len(kept):
        return kept, (
            f"{len(beyond)} of {len(kept)} captions lie beyond the video's end "
            f"({clock(duration_s)}); check that they are this video's."
        )
    said = f"All captions lie beyond the video's end ({clock(duration_s)}): the first is at "
    if last_s - first_s <= duration_s:
        return kept, f"{said}{clock(first_s)}. Shift all by {-math.floor(first_s)} s, or less."
    return kept, f"{said}{clock(first_s)}. Check that they are this video's."


def shifted(segments: Sequence[Segment], by_s: float) -> tuple[Segment, ...]:
    """All of them later by `by_s` seconds, or earlier; none begins before 0."""
    return tuple(
        Segment(max(0.0, start_s + by_s), end_s + by_s, text) for start_s, end_s, text in segments
    )
