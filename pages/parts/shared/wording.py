"""Numbers as words: counts with their unit, durations, places in a video. Knows no page."""

from __future__ import annotations

import re

from core.records import Job, Video

_ORIGINS = {
    "uploaded": "uploaded",
    "embedded": "from the video file",
    "youtube": "from YouTube",
    "youtube-auto": "from YouTube (automatic)",
    "none": "",
}


def count(number: int, noun: str) -> str:
    """ "1 video", "2 videos", "1,234 frames"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """How long something takes: "40 s", "3 min 38 s", "2 h 05 min"."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    if minutes == 0:
        return f"{whole} s"
    if minutes < 60:
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def time_left(seconds: float) -> str:
    """A rough remainder, as it is only an estimate: "under 10 s left", "3 min left"."""
    if seconds < 10:
        return "under 10 s left"
    if seconds < 90:
        return f"{round(seconds / 10) * 10} s left"
    if seconds < 5400:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"


def clock(seconds: float) -> str:
    """A place in a video: "1:24", "1:02:05"."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def size(number_of_bytes: float) -> str:
    """ "310 MB", "1.2 GB"."""
    megabytes = number_of_bytes / 1e6
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"


def parameters(number: int) -> str:
    """ "7.1 million", "640 thousand"."""
    if number >= 1_000_000:
        return f"{number / 1e6:.1f} million"
    return f"{number / 1e3:.0f} thousand"


def error(value: float | None) -> str:
    """A reconstruction error in the published unit, 255 x MSE: "0.83"."""
    return "–" if value is None else f"{value:.2f}"


def language(code: str) -> str:
    """A caption language as a word."""
    return {"en": "English", "zh": "Chinese", "other": "another language"}.get(code, "")


def job_state(job: Job) -> str:
    """What a job is doing, with the time left where it is known."""
    if job.state == "queued":
        return "Waiting for its turn"
    said = job.message or "Starting"
    return f"{said} · {time_left(job.eta_s)}" if job.eta_s is not None else said


def plain(text: str) -> str:
    """Data inside a Markdown label: every sign that Markdown could read is escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def captions_said(video: Video) -> str:
    """ "57 caption segments, English, uploaded": how many, which language, from where."""
    if video.captions == 0:
        return "no captions"
    parts = [count(video.captions, "caption segment"), language(video.language)]
    parts.append(_ORIGINS.get(video.caption_origin, video.caption_origin))
    if not video.captions_timed:
        parts.append("spread evenly (the file had no times)")
    return ", ".join(part for part in parts if part)
