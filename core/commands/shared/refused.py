"""What there is to say of a video beside the sentence of its failure."""

from __future__ import annotations

import time

from core.commands.shared.printing import plain
from core.errors import NotFound
from core.format import day_and_time
from core.records import Video
from core.storage import Database, videos


def more(db: Database, video_id: str) -> list[str]:
    """Lines: YouTube's own words, and when it goes on by itself."""
    try:
        video = videos.get(db, video_id)
    except NotFound:
        return []
    refused = video.refusal if video.can_retry else {}
    lines = [str(refused.get("sentence", ""))] if video.state == "ready" else []
    lines += [details(str(refused.get("details", "")))]
    lines += [f"  {said}" if (said := goes_on(video)) else ""]
    return [plain(line) for line in lines if line]


def details(said: str) -> str:
    """The line with YouTube's own words, "" for none."""
    return f"  Details: {said}" if said else ""


def goes_on(video: Video) -> str:
    """ "Goes on by itself today at 14:05, if the app or a worker runs then.", or ""."""
    when = again(video)
    return f"Goes on by itself {when}, if the app or a worker runs then." if when else ""


def again(video: Video) -> str | None:
    """When it is tried again by itself: "today at 14:05"."""
    if video.retry_at is None:
        return None
    return "now" if video.retry_at <= time.time() else day_and_time(video.retry_at)
