"""Asks yt-dlp whether it has all that YouTube needs: a recent version, scripts and a runtime."""

from __future__ import annotations

import datetime
import functools
import re
from typing import Any, NamedTuple

OLD_DAYS = 56  # YouTube changes every few weeks
DOWNLOADER = "yt-dlp"
MEND = 'python -m pip install --upgrade "yt-dlp[default,deno]"'


class Part(NamedTuple):
    """One part, whether it is as it should be, and a few words on it."""

    name: str
    ok: bool
    said: str


def version() -> str:
    """Of yt-dlp: the day of its release, such as 2026.10.26."""
    from yt_dlp.version import __version__

    return str(__version__)


def age_days(today: datetime.date | None = None) -> int:
    """How old this yt-dlp is, at least 0."""
    year, month, day = (int(number) for number in re.findall(r"\d+", version())[:3])
    released = datetime.date(year, month, day)
    return max(0, ((today or datetime.date.today()) - released).days)


@functools.cache
def parts() -> tuple[Part, ...]:
    """What yt-dlp itself finds, asked once: it starts the runtime to learn its version."""
    from yt_dlp import YoutubeDL
    from yt_dlp.dependencies import yt_dlp_ejs

    from core.video.youtube.session import BARE

    with YoutubeDL(dict(BARE)) as session:
        runtime = _runtime(session)
    days = age_days()
    scripts = getattr(yt_dlp_ejs, "version", "")
    return (
        Part(DOWNLOADER, days <= OLD_DAYS, f"{version()}, {days} days old"),
        Part("yt-dlp's scripts", bool(yt_dlp_ejs), scripts or "yt-dlp-ejs is missing"),
        Part("JavaScript runtime", bool(runtime), runtime or "Deno is missing"),
    )


def puzzles_solved() -> bool:
    """Whether YouTube's puzzles can be answered: scripts and a runtime are there."""
    return all(part.ok for part in parts()[1:])


def shortcomings() -> list[str]:
    """A sentence for each part that is missing or old; MEND is the line that mends them."""
    said = {
        DOWNLOADER: "{said}: YouTube may have changed since, and downloads fail.",
        "yt-dlp's scripts": "{said}: most videos of YouTube cannot be downloaded.",
        "JavaScript runtime": "{said}: most videos of YouTube cannot be downloaded.",
    }
    return [
        f"{part.name}: {said[part.name].format(said=part.said)}" for part in parts() if not part.ok
    ]


def _runtime(session: Any) -> str:
    """Name and version of the runtime that yt-dlp would use, "" for none."""
    extractor = session.get_info_extractor("Youtube")
    extractor.initialize()  # this asks nobody
    for provider in extractor._jsc_director.providers.values():
        if provider.is_available():
            info = provider.runtime_info
            return f"{info.name} {info.version}"
    return ""
