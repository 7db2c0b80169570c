"""What the owner of the machine says about YouTube, in the environment: pauses and cookies."""

from __future__ import annotations

import math
import os
from pathlib import Path

from core.errors import InvalidSetting

PAUSE = "AFFINITY_YOUTUBE_PAUSE_S"
COOKIES = "AFFINITY_YOUTUBE_COOKIES"
_USUAL_PAUSE_S = (5.0, 10.0)  # what yt-dlp's authors advise for many videos
_MOST_S = 3600.0


def pause_s() -> tuple[float, float]:
    """The least and the most seconds between two downloads: AFFINITY_YOUTUBE_PAUSE_S, else 5 to 10.

    Raises InvalidSetting.
    """
    text = os.environ.get(PAUSE, "").strip()
    if not text:
        return _USUAL_PAUSE_S
    first, _, last = text.partition("-")
    try:
        least, most = float(first), float(last or first)
    except ValueError:
        least = most = math.nan
    if not 0 <= least <= most <= _MOST_S:
        raise InvalidSetting(f"{PAUSE} is {text!r}; write seconds, as in 7 or 5-10.")
    return least, most


def cookies() -> bytes | None:
    """What is in the file that AFFINITY_YOUTUBE_COOKIES names; None where it names none.

    Raises InvalidSetting.
    """
    named = os.environ.get(COOKIES, "").strip()
    if not named:
        return None
    try:
        return Path(named).read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InvalidSetting(
            f"The cookies file {named} cannot be read ({reason}); mend {COOKIES}, or unset it."
        ) from error
