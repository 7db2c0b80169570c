"""Moves all captions of a video by the same time: where their clock is not the video's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from core.errors import InvalidSetting
from core.format import clock
from core.pipeline.intake import stored_captions
from core.records import Caption, Video
from core.storage import Database, captions, videos
from core.text.caption_formats import MAX_S
from core.text.shifting import shifted


def shift(db: Database, video_id: str, seconds: float) -> Video:
    """Show all captions later by `seconds`, or earlier; the same time back undoes it.

    Corrections, word times and the first wordings' times move along. A caption that would begin
    before 0 s begins there. Raises NotFound, and InvalidSetting where one would end before the
    video begins, for no captions, and for what is no time.
    """
    video = videos.get(db, video_id)
    moved = all_shifted(video.title, captions.of_video(db, video_id), seconds)
    captions.replace(
        db,
        video_id,
        moved,
        origin=video.caption_origin,
        timed=video.captions_timed,
        language=video.language,
    )
    videos.update(db, video_id, message="")
    folder = db.files.video(video_id)
    kept = stored_captions.read(folder)
    if kept is not None and kept.timed:
        later = replace(kept, segments=shifted(kept.segments, seconds))
        stored_captions.write(folder, later, stored_captions.origin(folder))
    return videos.get(db, video_id)


def all_shifted(title: str, said: Sequence[Caption], seconds: float) -> list[Caption]:
    """The captions of the video called `title`, all of them later. Raises InvalidSetting."""
    if not math.isfinite(seconds):
        raise InvalidSetting(f"Captions cannot be shifted by {seconds} s; give a number.")
    if not said:
        raise InvalidSetting(f"{title} has no captions to shift.")
    first = min(said, key=lambda caption: caption.end_s)
    if first.end_s + seconds <= 0:
        raise InvalidSetting(
            f"The caption at {clock(first.start_s)} would lie before the video begins; "
            f"shift by at least {-math.floor(first.start_s)} s."
        )
    if max(caption.end_s for caption in said) + seconds > MAX_S:
        raise InvalidSetting(f"Captions cannot be shifted by {seconds:g} s; no video is so long.")
    return [_shifted(caption, seconds) for caption in said]


def _shifted(caption: Caption, by_s: float) -> Caption:
    def moved(time_s: float | None) -> float | None:
        return None if time_s is None else max(0.0, time_s + by_s)

    return replace(
        caption,
        start_s=max(0.0, caption.start_s + by_s),
        end_s=caption.end_s + by_s,
        original_start_s=moved(caption.original_start_s),
        original_end_s=moved(caption.original_end_s),
        word_times=tuple(
            (max(0.0, start_s + by_s), max(0.0, end_s + by_s), word, sure)
            for start_s, end_s, word, sure in caption.word_times
        ),
    )
