"""YouTube's captions of a video: by youtube-transcript-api, and by yt-dlp where that is refused."""

from __future__ import annotations

from core.errors import CaptionsRefused, CaptionsUnavailable, CaptionsUnreadable
from core.text import caption_tracks, captions, captions_youtube
from core.text.caption_tracks import Track
from core.text.captions_youtube import Fetched
from core.video.youtube import tracks as youtube_tracks
from core.video.youtube.tracks import CaptionFile

SECOND_WAY = "yt-dlp"


def listed(youtube_id: str) -> tuple[Track, ...]:
    """All tracks of a video, also several of one language. Raises CaptionsUnavailable."""
    try:
        return captions_youtube.listed(youtube_id)
    except CaptionsRefused as first:
        try:
            return tuple(_files(youtube_id))
        except CaptionsUnavailable as second:
            raise _both(first, second) from second


def fetch(youtube_id: str, language: str = "auto", wanted: Track | str | None = None) -> Fetched:
    """The captions of the track `wanted`, else those in `language` (caption_tracks.chosen).

    Raises CaptionsUnavailable, and InvalidSetting for a track that there is not.
    """
    try:
        return captions_youtube.fetch(youtube_id, language, wanted)
    except CaptionsRefused as first:
        try:
            files = _files(youtube_id)
        except CaptionsUnavailable as second:
            raise _both(first, second) from second
        tracks = tuple(files)
        track = captions_youtube.pick(youtube_id, tracks, language, wanted)
        try:
            data = youtube_tracks.caption_file(youtube_id, files[track])
            said = captions.parse(
                f"{youtube_id}.{youtube_tracks.FORMAT}", data, caption_tracks.language_of(track)
            )
        except (CaptionsUnavailable, CaptionsUnreadable) as second:
            raise _both(first, second) from second
        return Fetched(said, track, tracks, SECOND_WAY)


def _files(youtube_id: str) -> dict[Track, CaptionFile]:
    files = youtube_tracks.caption_files(youtube_id)
    tracks = [Track(f.code, f.name, "machine" if f.by_machine else "people") for f in files]
    return dict(zip(caption_tracks.distinct(tracks), files, strict=True))


def _both(first: CaptionsRefused, second: Exception) -> CaptionsRefused:
    """The first refusal's sentence, what both ways answered, and the later of their times."""
    details = f"{first.details}; {SECOND_WAY}: {getattr(second, 'details', '') or second}"
    waits = [first.retry_after_s, getattr(second, "retry_after_s", None)]
    known = [wait_s for wait_s in waits if wait_s is not None]
    both = CaptionsRefused(str(first), details, max(known, default=None))
    both.kind = first.kind
    return both
