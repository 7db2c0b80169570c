"""Fetches a YouTube video's captions; every way YouTube refuses them becomes one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

import requests
from requests.adapters import HTTPAdapter
from youtube_transcript_api import YouTubeTranscriptApi
from youtube_transcript_api import _errors as refusals

from core.errors import CaptionsUnavailable
from core.text.caption_formats import plain, with_lengths
from core.text.segments import Segment, Transcript

_TIMEOUT_S = 20.0
_UPLOAD = "Upload a caption file (.srt, .vtt) instead."
_VARIANTS = {
    "en": ("en", "en-US", "en-GB"),
    "zh": ("zh-Hans", "zh-CN", "zh", "zh-SG", "zh-Hant", "zh-TW", "zh-HK", "yue"),
}

# The most particular class first: isinstance decides.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (refusals.TranscriptsDisabled, "{id} has no captions on YouTube."),
    (refusals.AgeRestricted, "{id} is age-restricted, so YouTube gives no captions."),
    (refusals.VideoUnavailable, "{id} is no longer available on YouTube."),
    (refusals.InvalidVideoId, "{id} names no video on YouTube."),
    (refusals.VideoUnplayable, "YouTube does not play {id}, so it gives no captions."),
    (refusals.PoTokenRequired, "YouTube gives the captions of {id} to its own player only."),
    (
        refusals.RequestBlocked,
        "YouTube blocks requests from this computer, so the captions of {id} cannot be had.",
    ),
    (
        refusals.FailedToCreateConsentCookie,
        "YouTube asks for consent first, so the captions of {id} cannot be had.",
    ),
    (refusals.YouTubeDataUnparsable, "YouTube's answer about the captions of {id} is not known."),
)


@dataclass(frozen=True)
class Fetched:
    """What YouTube gave."""

    transcript: Transcript
    generated: bool  # by speech recognition
    code: str  # YouTube's language code, such as zh-Hans


def fetch(
    youtube_id: str, language: str = "auto", session: requests.Session | None = None
) -> Fetched:
    """The captions in `language` ("en", "zh"), written ones before generated ones.

    "auto" takes the language spoken, then English, Chinese and any other. Raises
    CaptionsUnavailable.
    """
    http = session or _session()
    try:
        tracks = list(YouTubeTranscriptApi(http_client=http).list(youtube_id))
        track = _chosen(tracks, language)
        if track is None:
            raise _not_in(youtube_id, language, tracks)
        snippets = track.fetch().to_raw_data()
    except CaptionsUnavailable:
        raise
    except Exception as error:
        raise _refused(youtube_id, error) from error
    return Fetched(
        _transcript(youtube_id, snippets, track.language_code),
        bool(track.is_generated),
        track.language_code,
    )


def _session() -> requests.Session:
    """A session that reaches www.youtube.com only, with a time limit and without netrc."""
    session = requests.Session()
    session.auth = _unchanged
    session.adapters.clear()
    session.mount("https://www.youtube.com/", _Patient())
    return session


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Patient(HTTPAdapter):
    """requests waits for ever unless told otherwise."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        waited = timeout or _TIMEOUT_S
        return super().send(request, stream, waited, verify, cert, proxies)


def _chosen(tracks: list[Any], language: str) -> Any | None:
    """By language first, then written before generated."""
    spoken = next((track.language_code for track in tracks if track.is_generated), None)
    ranked = [(_rank(track.language_code, language, spoken), track) for track in tracks]
    fitting = [(rank, track) for rank, track in ranked if rank is not None]
    if not fitting:
        return None
    return min(fitting, key=lambda pair: (pair[0][0], pair[1].is_generated, pair[0][1]))[1]


def _rank(code: str, language: str, spoken: str | None) -> tuple[int, int] | None:
    """(language, variant) of a track, smaller is better; None where it was not asked for."""
    wanted = [language] if language in _VARIANTS else [_base(spoken), "en", "zh"]
    base = _base(code)
    if base in wanted:
        variants = _VARIANTS.get(base, ())
        return wanted.index(base), variants.index(code) if code in variants else len(variants)
    return None if language in _VARIANTS else (len(wanted), 0)


def _base(code: str | None) -> str:
    base = (code or "").split("-")[0]
    return "zh" if base == "yue" else base


def _transcript(youtube_id: str, snippets: list[dict[str, Any]], code: str) -> Transcript:
    segments = [
        Segment(s["start"], s["start"] + max(0.0, s["duration"]), plain(s["text"]))
        for s in snippets
    ]
    segments = with_lengths([segment for segment in segments if segment.text])
    if not segments:
        raise CaptionsUnavailable(f"YouTube's captions of {youtube_id} are empty. {_UPLOAD}")
    base = _base(code)
    return Transcript(tuple(segments), True, base if base in _VARIANTS else "other")


def _not_in(youtube_id: str, language: str, tracks: list[Any]) -> CaptionsUnavailable:
    name = {"en": "English", "zh": "Chinese"}.get(language, "fitting")
    codes = ", ".join(dict.fromkeys(str(track.language_code) for track in tracks)) or "none"
    return CaptionsUnavailable(
        f"No {name} captions for {youtube_id}; available: {codes}. "
        "Choose one of these or upload a caption file (.srt, .vtt)."
    )


def _refused(youtube_id: str, error: Exception) -> CaptionsUnavailable:
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return CaptionsUnavailable(f"{sentence.format(id=youtube_id)} {_UPLOAD}")
    if isinstance(error, refusals.YouTubeRequestFailed):
        many = "429" in error.reason
        reason = "too many requests were sent from here" if many else "the request failed"
    elif isinstance(error, (ParseError, json.JSONDecodeError, KeyError, TypeError, AttributeError)):
        reason = "YouTube's answer cannot be read"
    elif isinstance(error, requests.RequestException):
        reason = "there is no connection to YouTube"
    else:
        raise error
    return CaptionsUnavailable(
        f"The captions of {youtube_id} could not be fetched: {reason}. {_UPLOAD}"
    )
