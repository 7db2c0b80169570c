"""When a video or captions that YouTube refused for now are asked for again, and how often."""

from __future__ import annotations

import time
from typing import Any

from core.errors import Refused
from core.records import Video

ATTEMPTS = 8  # by itself; then somebody has to ask


def changes(video: Video, error: Exception | None, said: str = "") -> dict[str, Any]:
    """The fields of a video whose attempt ended with `error`, None where it ended well.

    `said` is what its message says of it, where that is more than the error's sentence.
    """
    if error is None:
        return {"retry_at": None, "refusal": {}}
    refused = error if isinstance(error, Refused) else Refused(str(error))
    attempts = video.refusal.get("attempts", 0) + (refused.kind != "postponed")
    now = time.time()
    said = said or str(error)
    refusal = {"sentence": said, "details": refused.details, "attempts": attempts, "at": now}
    retry_at = None
    if refused.retry_after_s is not None and attempts < ATTEMPTS:
        retry_at = now + refused.retry_after_s
    return {"retry_at": retry_at, "refusal": refusal}
