"""Lists and fetches a YouTube video's captions with youtube-transcript-api."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from youtube_transcript_api._transcripts import Transcript as TrackOfPackage
from youtube_transcript_api._transcripts import TranscriptListFetcher

from core.errors import CaptionsUnavailable
from core.text import caption_tracks
from core.text.caption_formats import plain, with_lengths
from core.text.caption_tracks import Track
from core.text.captions_refused import INSTEAD, refused
from core.text.segments import Segment, Transcript

_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Fetched:
    """What YouTube gave."""

    transcript: Transcript
    track: Track
    tracks: tuple[Track, ...]  # all that there are
    way: str = "youtube-transcript-api"  # which package fetched them

    @property
    def origin(self) -> str:
        """The value of Video.caption_origin."""
        return "youtube-auto" if self.track.by_machine else "youtube"


def listed(youtube_id: str, session: requests.Session | None = None) -> tuple[Track, ...]:
    """All tracks of a video, also several of one language. Raises CaptionsUnavailable."""
    return tuple(_listed(youtube_id, session or _session()))


def fetch(
    youtube_id: str,
    language: str = "auto",
    wanted: Track | str | None = None,
    session: requests.Session | None = None,
) -> Fetched:
    """The captions of the track `wanted`, else those in `language` (caption_tracks.chosen).

    Raises CaptionsUnavailable; CaptionsRefused where another way of asking may help;
    InvalidSetting for a track that there is not.
    """
    tracks = _listed(youtube_id, session or _session())
    track = pick(youtube_id, tuple(tracks), language, wanted)
    with _explained(youtube_id):
        snippets = tracks[track].fetch().to_raw_data()
    return Fetched(_transcript(youtube_id, snippets, track), track, tuple(tracks))


def pick(
    youtube_id: str, tracks: tuple[Track, ...], language: str, wanted: Track | str | None
) -> Track:
    """The track that was asked for by name or as it was before, else by rule. Raises as `fetch`."""
    if isinstance(wanted, str):
        return caption_tracks.named(tracks, wanted)
    before = caption_tracks.same(tracks, wanted) if wanted else None
    return before or caption_tracks.chosen(youtube_id, tracks, language)


def _listed(youtube_id: str, session: requests.Session) -> dict[Track, Any]:
    """Each track with what fetches it.

    The package's own list keeps one track of a language, so YouTube's answer is read itself.
    """
    with _explained(youtube_id):
        found = TranscriptListFetcher(session, None)._fetch_captions_json(youtube_id)
        own = [_own(session, youtube_id, one) for one in found["captionTracks"]]
    return dict(zip(caption_tracks.distinct(map(_track, own)), own, strict=True))


def _own(session: requests.Session, youtube_id: str, found: dict[str, Any]) -> Any:
    """The package's object of one track of YouTube's answer."""
    shown = found.get("name") or {}
    name = shown.get("simpleText") or "".join(run["text"] for run in shown.get("runs", ()))
    code, url = str(found["languageCode"]), found["baseUrl"].replace("&fmt=srv3", "")
    by_machine = found.get("kind") == "asr"
    return TrackOfPackage(session, youtube_id, url, plain(name) or code, code, by_machine, [])


def _track(own: Any) -> Track:
    return Track(own.language_code, own.language, "machine" if own.is_generated else "people")


@contextmanager
def _explained(youtube_id: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise refused(youtube_id, error) from error


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


def _transcript(youtube_id: str, snippets: list[dict[str, Any]], track: Track) -> Transcript:
    segments = [
        Segment(s["start"], s["start"] + max(0.0, s["duration"]), plain(s["text"]))
        for s in snippets
    ]
    segments = with_lengths([segment for segment in segments if segment.text])
    if not segments:
        raise CaptionsUnavailable(f"YouTube's captions of {youtube_id} are empty. {INSTEAD}")
    return Transcript(tuple(segments), True, caption_tracks.language_of(track))
