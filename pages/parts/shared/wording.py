"""What the pages call things: time left, errors, languages, what a job does. Knows no page."""

from __future__ import annotations

import re

from core.format import count, percent
from core.records import Job, Video
from core.text.language import named

_ORIGINS = {
    "uploaded": "uploaded",
    "embedded": "from the video file",
    "youtube": "from YouTube",
    "youtube-auto": "from YouTube, auto-generated: words may be wrong",
    "pasted": "pasted",
    "ocr": "read from the picture by machine: words may be wrong",
    "speech": "heard by machine: words may be wrong",
    "none": "",
}


def time_left(seconds: float) -> str:
    """A rough remainder, as it is only an estimate: "under 10 s left", "3 min left"."""
    if seconds < 10:
        return "under 10 s left"
    if seconds < 90:
        return f"{round(seconds / 10) * 10} s left"
    if seconds < 5400:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"


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


def _spoken(video: Video) -> str:
    """The language of a video's captions, by name also beyond English and Chinese."""
    code = video.provenance.get("caption_language")
    return named(code) if video.language == "other" and code else language(video.language)


def job_state(job: Job) -> str:
    """What a job is doing, how far it is, and the time left where it is known."""
    if job.state == "queued":
        return job.message or "Waiting for its turn"
    said = f"{job.message or 'Starting'} · {percent(min(1.0, job.progress))}"
    return f"{said} · {time_left(job.eta_s)}" if job.eta_s is not None else said


def plain(text: str) -> str:
    """Data inside a Markdown label: every sign that Markdown could read is escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def captions_said(video: Video) -> str:
    """ "57 caption segments, English, uploaded": how many, which language, from where."""
    if video.captions == 0:
        return "no captions"
    parts = [count(video.captions, "caption segment"), _spoken(video)]
    parts.append(_ORIGINS.get(video.caption_origin, video.caption_origin))
    if not video.captions_timed:
        parts.append("spread evenly (the file had no times)")
    return ", ".join(part for part in parts if part)
