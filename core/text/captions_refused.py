"""Every way in which YouTube refuses captions to youtube-transcript-api, as one sentence."""

from __future__ import annotations

import json
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

import requests
from youtube_transcript_api import _errors as refusals

from core.errors import CaptionsRefused, CaptionsUnavailable

INSTEAD = "Paste YouTube's transcript, or upload a caption file (.srt, .vtt) instead."
_BLOCKED_S, _FAILED_S = 3600.0, 600.0


class _Meaning(NamedTuple):
    sentence: str
    other_way: bool = False  # whether asking by another way may help
    retry_after_s: float | None = None  # None: waiting does not help


# The most particular class first: isinstance decides.
_MEANINGS: tuple[tuple[type[Exception], _Meaning], ...] = (
    (refusals.TranscriptsDisabled, _Meaning("{id} has no captions on YouTube.")),
    (
        refusals.AgeRestricted,
        _Meaning("{id} is age-restricted, so YouTube gives no captions.", True),
    ),
    (refusals.VideoUnavailable, _Meaning("{id} is no longer available on YouTube.")),
    (refusals.InvalidVideoId, _Meaning("{id} names no video on YouTube.")),
    (
        refusals.VideoUnplayable,
        _Meaning("YouTube does not play {id}, so it gives no captions."),
    ),
    (
        refusals.PoTokenRequired,
        _Meaning("YouTube gives the captions of {id} to its own player only.", True),
    ),
    (
        refusals.RequestBlocked,
        _Meaning(
            "YouTube blocks requests from this computer, so the captions of {id} cannot be had.",
            True,
            _BLOCKED_S,
        ),
    ),
    (
        refusals.FailedToCreateConsentCookie,
        _Meaning("YouTube asks for consent first, so the captions of {id} cannot be had.", True),
    ),
    (
        refusals.YouTubeDataUnparsable,
        _Meaning("YouTube's answer about the captions of {id} is not known.", True),
    ),
)


def refused(youtube_id: str, error: Exception) -> CaptionsUnavailable:
    """The error to raise: CaptionsRefused where another way of asking may help.

    What is no refusal, but a fault of the program, is raised again.
    """
    known = (meaning for kind, meaning in _MEANINGS if isinstance(error, kind))
    meaning = next(known, None) or _failure(error)
    kind = CaptionsRefused if meaning.other_way else CaptionsUnavailable
    sentence = f"{meaning.sentence.format(id=youtube_id)} {INSTEAD}"
    failure = kind(sentence, _details(error), meaning.retry_after_s)
    failure.kind = "pause" if meaning.retry_after_s == _BLOCKED_S else ""
    return failure


def _failure(error: Exception) -> _Meaning:
    failed = "The captions of {id} could not be fetched: "
    if isinstance(error, refusals.YouTubeRequestFailed):
        if "429" in error.reason:
            reason = "too many requests were sent from here."
            return _Meaning(f"{failed}{reason}", True, _BLOCKED_S)
        return _Meaning(f"{failed}the request failed.", True, _FAILED_S)
    if isinstance(error, (ParseError, json.JSONDecodeError, KeyError, TypeError, AttributeError)):
        return _Meaning(f"{failed}YouTube's answer cannot be read.", True)
    if isinstance(error, requests.RequestException):
        return _Meaning(f"{failed}there is no connection to YouTube.", False, _FAILED_S)
    raise error


def _details(error: Exception) -> str:
    """What was answered, on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]
