"""What YouTube answers in each situation, by the id of the video that is asked for."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

CHANNEL = "UCabcdefghijklmnopqrstuv"
_LENGTH_S = 5
UPCOMING_AT = round(time.time()) + 3 * 3600  # seconds since the epoch


@dataclass(frozen=True)
class Situation:
    """How the player answers, and how its streams do; as YouTube's JSON names things."""

    playability: dict[str, Any] = field(default_factory=lambda: {"status": "OK"})
    details: dict[str, Any] = field(default_factory=dict)
    microformat: dict[str, Any] = field(default_factory=dict)
    formats: str = "plain"  # "plain", "puzzles", "sabr", "drm", "none"
    player_status: int = 200  # of HTTP
    stream_status: int = 200
    stream: str = "whole"  # "whole", "empty", "cut off", "cut off once"
    embedded: str = "same"  # "plays": the embedded player is let in
    answers_for: str = ""  # another video's id
    file: str = ""  # the stream's, where it is another than the usual
    captions: tuple[tuple[str, str, str], ...] = ()  # of each track: language, name, kind
    token: bool = False  # captions for YouTube's own player only
    captions_status: int = 200


def refused(status: str, reason: str, subreason: str = "", **more: Any) -> Situation:
    """The player's page with a sentence instead of a video."""
    playability: dict[str, Any] = {"status": status, "reason": reason}
    if subreason:
        error = {"reason": {"simpleText": reason}, "subreason": {"simpleText": subreason}}
        playability["errorScreen"] = {"playerErrorMessageRenderer": error}
    return Situation(playability=playability, formats="none", **more)


_CAPTCHA = Situation(
    playability={
        "status": "UNPLAYABLE",
        "reason": "Please confirm",
        "errorScreen": {"playerCaptchaViewModel": {"captchaKey": "x"}},
    },
    formats="none",
)

SITUATIONS: dict[str, Situation] = {
    "plain": Situation(),
    "tracks": Situation(
        captions=(("en", "CC1", ""), ("en", "CC3", ""), ("zh-Hans", "", ""), ("en", "", "asr"))
    ),
    "by_machine": Situation(captions=(("zh", "", "asr"),)),
    "token": Situation(captions=(("en", "", ""),), token=True),
    "captions429": Situation(captions=(("en", "", ""),), captions_status=429),
    "indexed": Situation(details={"lengthSeconds": "24"}, file="indexed"),
    "puzzles": Situation(formats="puzzles"),
    "sabr": Situation(formats="sabr"),
    "forbidden": Situation(stream_status=403),
    "rate_limit": refused("UNPLAYABLE", "This content isn’t available, try again later."),
    "rate_limit2": refused("UNPLAYABLE", "This content isn't available, try again later."),
    "robot": refused("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"),
    "captcha": _CAPTCHA,
    "blocked": Situation(answers_for="aaaaaaaaaaa"),
    "many": Situation(player_status=429),
    "fault": Situation(player_status=503),
    "age": refused("LOGIN_REQUIRED", "Sign in to confirm your age"),
    "age_embed": refused("LOGIN_REQUIRED", "Sign in to confirm your age", embedded="plays"),
    "members": refused(
        "UNPLAYABLE",
        "Join this channel to get access to members-only content like this video, and other "
        "exclusive perks.",
    ),
    "private": refused("LOGIN_REQUIRED", "Private video"),
    "paid": refused("UNPLAYABLE", "This video requires payment to watch."),
    "drm": Situation(formats="drm"),
    "copyright": refused(
        "UNPLAYABLE",
        "Video unavailable",
        "This video contains content from Private Video Music, who has blocked it in your country "
        "on copyright grounds",
    ),
    "country": refused(
        "UNPLAYABLE",
        "Video unavailable",
        "The uploader has not made this video available in your country",
        microformat={"availableCountries": ["DE", "FR"]},
    ),
    "live": Situation(details={"isLive": True, "isLiveContent": True}),
    "upcoming": refused(
        "LIVE_STREAM_OFFLINE",
        "This live event will begin in 3 hours.",
        details={"isUpcoming": True, "isLiveContent": True, "lengthSeconds": "0"},
        microformat={
            "liveBroadcastDetails": {
                "startTimestamp": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(UPCOMING_AT))
            }
        },
    ),
    "premiere": refused(
        "LIVE_STREAM_OFFLINE", "Premieres in 25 minutes", details={"isUpcoming": True}
    ),
    "post_live": Situation(details={"isPostLiveDvr": True, "isLiveContent": True}),
    "recording": refused("UNPLAYABLE", "This live stream recording is not available."),
    "processing": refused("UNPLAYABLE", "We're processing this video. Check back later."),
    "removed": refused("ERROR", "Video unavailable", "This video has been removed by the uploader"),
    "terminated": refused(
        "ERROR",
        "Video unavailable",
        "This video is no longer available because the YouTube account associated with this "
        "video has been terminated.",
    ),
    "empty": Situation(stream="empty"),
    "cut_off": Situation(stream="cut off"),
    "cut_once": Situation(stream="cut off once"),
    "long": Situation(details={"lengthSeconds": str(7 * 3600)}),
}


def video_id(name: str) -> str:
    """Its id: eleven characters."""
    return name.ljust(11, "-")


def name_of(identifier: str) -> str:
    """The situation's name."""
    return identifier.rstrip("-")


def player(name: str, client: str) -> dict[str, Any]:
    """What the player's address answers to a client, as JSON."""
    asked = SITUATIONS[name]
    plays = asked.embedded == "plays" and client == "WEB_EMBEDDED_PLAYER"
    formats = "plain" if plays else asked.formats
    details = {
        "videoId": asked.answers_for or video_id(name),
        "title": f"The title of {name}: Private video, 429",
        "lengthSeconds": str(_LENGTH_S),
        "channelId": CHANNEL,
        "author": "A channel",
        "shortDescription": "Sign in to confirm your age",
        "viewCount": "7",
        **asked.details,
    }
    about = {
        "publishDate": "2026-03-04T05:06:07-08:00",
        "ownerChannelName": "A channel",
        "externalChannelId": CHANNEL,
        **asked.microformat,
    }
    return {
        "playabilityStatus": {"status": "OK"} if plays else asked.playability,
        "videoDetails": details,
        "microformat": {"playerMicroformatRenderer": about},
        "streamingData": _streams(name, formats, client),
        "captions": {"playerCaptionsTracklistRenderer": {"captionTracks": _tracks(name)}},
    }


def _tracks(name: str) -> list[dict[str, Any]]:
    tracks = []
    for number, (language, title, kind) in enumerate(SITUATIONS[name].captions):
        address = f"https://www.youtube.com/api/timedtext?v={video_id(name)}&lang={language}"
        named = {"en": "English", "zh": "Chinese"}.get(language, "Chinese (Simplified)")
        shown = f"{named} - {title}" if title else named
        tracks.append(
            {
                "baseUrl": address
                + (f"&name={title}" if title else "")
                + (f"&kind={kind}" if kind else "")
                + ("&exp=xpe" if SITUATIONS[name].token else ""),
                "name": {"simpleText": f"{shown} (auto-generated)" if kind else shown},
                "vssId": f"{'a' if kind else ''}.{language}{f'.n{number}' if title else ''}",
                "languageCode": language,
                "isTranslatable": True,
                **({"kind": kind} if kind else {}),
            }
        )
    return tracks


def playlist(identifier: str) -> dict[str, Any]:
    """The data in a playlist's page; two videos, none where its id says so."""
    names = [] if "empty" in identifier else ["plain", "puzzles"]
    videos = [
        {
            "playlistVideoRenderer": {
                "videoId": video_id(name),
                "title": {"runs": [{"text": f"The title of {name}"}]},
                "lengthSeconds": str(_LENGTH_S),
                "shortBylineText": {"runs": [{"text": "A channel"}]},
                "isPlayable": True,
            }
        }
        for name in names
    ]
    section = {"itemSectionRenderer": {"contents": [{"playlistVideoListRenderer": {}}]}}
    section["itemSectionRenderer"]["contents"][0]["playlistVideoListRenderer"]["contents"] = videos
    tab = {"selected": True, "content": {"sectionListRenderer": {"contents": [section]}}}
    return {
        "contents": {"twoColumnBrowseResultsRenderer": {"tabs": [{"tabRenderer": tab}]}},
        "metadata": {"playlistMetadataRenderer": {"title": "A playlist"}},
    }


def _streams(name: str, formats: str, client: str) -> dict[str, Any]:
    """Pictures and sound; those with puzzles are for the television, the only one that has any."""
    if formats == "none" or (formats == "puzzles" and client != "TVHTML5"):
        return {}
    streams = [_stream(name, "picture", formats), _stream(name, "sound", formats)]
    licences = {"licenseInfos": [{"drmFamily": "WIDEVINE"}]} if formats == "drm" else {}
    return {"adaptiveFormats": streams, **licences}


def _stream(name: str, what: str, formats: str) -> dict[str, Any]:
    picture = what == "picture"
    address = f"https://rr1---sn-x.googlevideo.com/videoplayback?id={video_id(name)}&what={what}"
    said: dict[str, Any] = {
        "itag": 136 if picture else 139,
        "mimeType": 'video/mp4; codecs="avc1.4d401f"' if picture else 'audio/mp4; codecs="mp4a.40"',
        "bitrate": 1_000_000 if picture else 48_000,
        "approxDurationMs": str(_LENGTH_S * 1000),
        **({"width": 1280, "height": 720, "fps": 25, "qualityLabel": "720p"} if picture else {}),
        **({} if picture else {"audioQuality": "AUDIO_QUALITY_LOW", "audioSampleRate": "22050"}),
        **({"drmFamilies": ["WIDEVINE"]} if formats == "drm" else {}),
    }
    if formats == "sabr":
        return said
    if formats == "puzzles":
        from urllib.parse import quote

        cipher = f"s=SIGNATURE123&sp=sig&url={quote(address + '&n=PUZZLE', safe='')}"
        return {**said, "signatureCipher": cipher}
    return {**said, "url": address}
