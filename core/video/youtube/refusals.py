"""What yt-dlp's errors mean: a sentence each, whether waiting helps, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.errors import DownloadFailed
from core.video.addresses import Address
from core.video.youtube import runtime

INSTEAD = "Upload the video file instead."
_MINUTE_S, _HOUR_S = 60.0, 3600.0
_MOST_DETAILS = 1000  # characters
_PLACE = (
    "Another network may help, or a few hours' wait; else upload the video file."  # of the asker
)
_PERMITTED = "With the owner's permission, upload the video file instead."


@dataclass(frozen=True)
class Refusal:
    """What is to be said of one error."""

    sentence: str
    details: str  # yt-dlp's own words
    retry_after_s: float | None = None  # None: waiting does not help
    kind: str = ""  # as of core.errors.Refused


class _Rule(NamedTuple):
    """A pattern in yt-dlp's words, behind "[youtube] ID: ", and what it means.

    Patterns begin at the sentence's beginning (^) where a title, a name or a page could stand
    behind it, and else name a phrase of YouTube's in full. `says` may use {id} and named groups.
    """

    pattern: str
    says: str
    next_step: str
    retry_after_s: float | None = None
    kind: str = ""


_RULES = (
    # This connection
    _Rule(
        r"^This content isn.t available, try again later",
        "YouTube asks for a pause of up to an hour, because much was asked for from this "
        "connection; {id} can be had after it.",
        "Add fewer videos at once.",
        _HOUR_S,
        kind="pause",
    ),
    _Rule(
        r"\bHTTP Error 429\b",
        "YouTube asks for a pause (too many requests); {id} can be had in an hour or later.",
        "Add fewer videos at once.",
        _HOUR_S,
        kind="pause",
    ),
    _Rule(
        r"^Sign in to confirm you.re not a bot",
        "YouTube wants proof that a person asks for {id}, and gives this connection none of it.",
        _PLACE,
        4 * _HOUR_S,
    ),
    _Rule(
        r"YouTube is requiring a captcha challenge",
        "YouTube wants a captcha solved before it gives {id} to this connection.",
        _PLACE,
        4 * _HOUR_S,
    ),
    _Rule(
        r"^All player responses are invalid\. Your IP is likely being blocked",
        "YouTube blocks this connection: it answers about another video than {id}.",
        _PLACE,
        4 * _HOUR_S,
    ),
    _Rule(
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "The answer about {id} is not signed by YouTube: a proxy or a virus scanner reads along, "
        "or this computer's clock is wrong.",
        "Ask who runs this network for its certificate; else upload the video file.",
    ),
    _Rule(
        r"Unable to connect to proxy|Tunnel connection failed|Proxy Authentication Required"
        r"|\bHTTP Error 407\b|SOCKS",
        "The proxy of this network does not let {id} through.",
        "Check HTTPS_PROXY, or ask who runs the network; else upload the video file.",
    ),
    _Rule(
        r"Failed to resolve|Name or service not known|name resolution|getaddrinfo failed"
        r"|nodename nor servname|Network is unreachable|No route to host",
        "This computer has no connection to the internet, so {id} cannot be reached.",
        "Connect it; else upload the video file.",
        10 * _MINUTE_S,
    ),
    _Rule(
        r"Connection refused|Connection reset|Connection aborted|EOF occurred|timed out"
        r"|SSL: |Remote end closed",
        "The connection to YouTube broke while {id} was asked for.",
        "A firewall may be in the way; else upload the video file.",
        10 * _MINUTE_S,
    ),
    # This video
    _Rule(
        r"^Sign in to confirm your age|^This video may be inappropriate for some users",
        "{id} is age-restricted: YouTube shows it to signed-in adults only.",
        INSTEAD,
    ),
    _Rule(
        r"^Private video\b|^This video is private\b",
        "{id} is private.",
        _PERMITTED,
    ),
    _Rule(
        r"^Join this channel\b|^This video is available to this channel.s members"
        r"|^This video is only available to Music Premium members|members-only content",
        "{id} is for the channel's members only.",
        _PERMITTED,
    ),
    _Rule(
        r"requires payment to watch|^This video requires payment",
        "{id} is to be paid for.",
        _PERMITTED,
    ),
    _Rule(r"^This video is DRM protected", "{id} is protected against copying (DRM).", _PERMITTED),
    _Rule(
        r"contains content from (?P<holder>.{1,200}?), who has blocked it"
        r"(?P<where> in your country)?",
        "{id} is blocked{where} by {holder}, who holds rights in it.",
        _PERMITTED,
    ),
    _Rule(
        r"^(?:Video unavailable\. )?The uploader has not made this video available in your country"
        r"|not available (?:in your country|from your location)|blocked it in your country",
        "{id} may not be seen in this country.",
        INSTEAD,
    ),
    _Rule(
        r"^(?:This live event|This premiere) will begin|^Premieres? (?:in|will)|^Live in \d",
        "{id} has not been shown yet.",
        "It can be had some time after its end.",
        2 * _HOUR_S,
        kind="upcoming",
    ),
    _Rule(
        r"^This live event has ended|^This live stream recording is not available"
        r"|^We.re processing this video|^Offline\b",
        "{id} is not ready yet: YouTube still works on the recording.",
        "It can be had in some hours; else upload the video file.",
        3 * _HOUR_S,
    ),
    _Rule(
        r"account associated with this video has been terminated|account (?:has been )?terminated",
        "{id} is gone: YouTube closed the account that showed it.",
        INSTEAD,
    ),
    _Rule(
        r"^(?:Video unavailable\. )?This video (?:has been removed|is no longer available"
        r"|isn.t available(?: any ?more)?|is unavailable|is not available|does not exist)",
        "{id} is gone: it was removed from YouTube.",
        INSTEAD,
    ),
    _Rule(r"^Video unavailable\b", "{id} is not available on YouTube.", INSTEAD),
    _Rule(r"playlist does not exist", "There is no playlist {id} that can be seen.", "Check it."),
    # The download
    _Rule(
        r"downloaded file is empty|bytes read(?:, \d+ more expected)?|Did not get any data blocks"
        r"|IncompleteRead|content too short",
        "The download of {id} broke off.",
        INSTEAD,
        kind="broken off",
    ),
    _Rule(
        r"\bHTTP Error 5\d\d\b",
        "YouTube has a fault at the moment, so {id} was not given.",
        "It may be had in some minutes.",
        10 * _MINUTE_S,
    ),
)
# What yt-dlp says where it went on without an answer that it could not get: why, is a warning.
_UNEXPLAINED = "|".join(
    ("Failed to extract any player", "No video formats found", "Requested format is not available")
)
_SABR = "YouTube offers {id} in no plain file, only to its own player."
_NO_PARTS = "A part that answers YouTube's puzzles is missing here, so no file of {id} is offered."
_FORBIDDEN = "YouTube forbade the download of {id} (403)."
_OLD = " It may have changed: this copy of yt-dlp is {days} days old."
_UPDATE = f"Update it: {runtime.MEND}, or upload the video file."


def refusal(youtube_id: str, error: BaseException, warnings: Sequence[str] = ()) -> Refusal:
    """What to say of an error of yt-dlp's about one video or playlist, with what it warned of."""
    said = own_words(error)
    told = [said]
    if re.match(_UNEXPLAINED, said):
        told += [_unnamed(warning) for warning in reversed(warnings)]
    for one in told:
        for rule in _RULES:
            if match := re.search(rule.pattern, one, re.I):
                details = said if one is said else f"{said} ({one})"
                return _by_rule(rule, match, youtube_id, details[:_MOST_DETAILS])
    return _of_formats(youtube_id, said, warnings)


def failed(address: Address, error: BaseException, warnings: Sequence[str] = ()) -> DownloadFailed:
    """The same as the error to raise."""
    found = refusal(address.id, error, warnings)
    failure = DownloadFailed(found.sentence, found.details, found.retry_after_s)
    failure.kind = found.kind
    return failure


def own_words(error: BaseException) -> str:
    """yt-dlp's sentence without its marks, the video's name and its request for a report."""
    said = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    said = re.sub(r"; please report this issue on .*", "", said, flags=re.S)
    return _unnamed(" ".join(said.split()))[:_MOST_DETAILS]


def _unnamed(said: str) -> str:
    """Without "ERROR: [youtube] ID: ", so that no id or title is taken for a reason."""
    return re.sub(r"^(?:(?:ERROR|WARNING): )?(?:\[[\w:+]+\] (?:[\w-]{11,64}: )?)?", "", said)


def _by_rule(rule: _Rule, match: re.Match[str], youtube_id: str, said: str) -> Refusal:
    named = {name: text or "" for name, text in match.groupdict().items()}
    sentence = rule.says.format(id=youtube_id, **named)
    return Refusal(f"{sentence} {rule.next_step}", said, rule.retry_after_s, rule.kind)


def _of_formats(youtube_id: str, said: str, warnings: Sequence[str]) -> Refusal:
    """403, and no format: which of the parts that YouTube needs is missing or old?"""
    forbidden = re.search(r"\bHTTP Error 40[13]\b", said) is not None
    no_format = re.search(r"^Requested format is not available|^No video formats found", said)
    if not (forbidden or no_format):
        return Refusal(f"YouTube refused {youtube_id}. {INSTEAD}", said)
    sabr = any("SABR" in warning for warning in warnings)
    if not runtime.puzzles_solved():
        says, step = _NO_PARTS, f"Get it: {runtime.MEND}, or upload the video file."
    elif forbidden or sabr:
        days = runtime.age_days()
        old = days > runtime.OLD_DAYS
        says = (_FORBIDDEN if forbidden else _SABR) + _OLD.format(days=days)
        step = _UPDATE if old else "Update it when there is a newer one; else upload the video."
    else:
        says, step = "YouTube offers no file of {id} that can be used.", INSTEAD
    return Refusal(f"{says.format(id=youtube_id)} {step}", said)
