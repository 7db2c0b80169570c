"""Gives a video other captions: from a file, from pasted text, or another track of YouTube's."""

from __future__ import annotations

from dataclasses import replace

from core.errors import InvalidSetting
from core.pipeline.intake import provenance, shift_captions, stored_captions, youtube_captions
from core.pipeline.intake.add_video import display_name
from core.records import Video
from core.storage import Database, captions, recognition, videos
from core.text import caption_tracks
from core.text import captions as caption_files
from core.text.captions_youtube import Fetched
from core.text.segments import Transcript
from core.text.shifting import shifted
from core.video.part import Part


def from_file(
    db: Database,
    video_id: str,
    name: str,
    data: bytes,
    *,
    corrected_too: bool = False,
    shift_s: float = 0.0,
) -> Video:
    """Take a caption file, all of it later by `shift_s`.

    Raises NotFound, CaptionsUnreadable, and InvalidSetting for a shift that cannot be made and
    where corrections would be lost; then nothing is changed.
    """
    video = _open(db, video_id, corrected_too)
    transcript = caption_files.parse(display_name(name), data, _wanted(video))
    return _give(db, video, transcript, "uploaded", shift_s)


def from_text(
    db: Database, video_id: str, text: str, *, corrected_too: bool = False, shift_s: float = 0.0
) -> Video:
    """Take YouTube's transcript panel, or any captions, as copied text. Raises as `from_file`."""
    video = _open(db, video_id, corrected_too)
    return _give(db, video, caption_files.parse_pasted(text, _wanted(video)), "pasted", shift_s)


def from_youtube(
    db: Database,
    video_id: str,
    track: str | None = None,
    *,
    corrected_too: bool = False,
    shift_s: float = 0.0,
) -> Video:
    """Fetch the track of that name or language code, else the one that is chosen by rule.

    Raises as `from_file`, CaptionsUnavailable, and InvalidSetting for a track that there is not
    and for a video that is not ready or not YouTube's.
    """
    video = _open(db, video_id, corrected_too)
    fetched = youtube_captions.fetch(youtube_id_of(video), "auto", track)
    return _give(db, video, fetched.transcript, fetched.origin, shift_s, fetched)


def youtube_id_of(video: Video) -> str:
    """Raises InvalidSetting for a video that is not ready, or not YouTube's."""
    if video.youtube_id is None:
        raise InvalidSetting(f"{video.title} is not from YouTube; give it a caption file.")
    if video.state != "ready":
        raise InvalidSetting(f"{video.title} has not been read yet; choose its track afterwards.")
    return video.youtube_id


def _wanted(video: Video) -> str:
    """The language that was asked for; once captions were read, it is theirs, not the new ones'."""
    return "auto" if video.state == "ready" else video.language


def _open(db: Database, video_id: str, corrected_too: bool) -> Video:
    """The video, if its corrections may go."""
    video = videos.get(db, video_id)
    if not corrected_too:
        recognition.check_corrections(db, video)
    return video


def _give(
    db: Database,
    video: Video,
    transcript: Transcript,
    origin: str,
    shift_s: float,
    fetched: Fetched | None = None,
) -> Video:
    if video.state != "ready":  # its ingest takes them
        if shift_s:
            raise InvalidSetting(f"{video.title} has not been read yet; shift its captions then.")
        _keep(db, video, transcript, origin)
        videos.update(db, video.id, language=transcript.language)
        return videos.get(db, video.id)
    part = Part(*video.part)
    segments, said = stored_captions.placed(video.id, transcript, video.duration_s, part)
    if shift_s:
        segments, said = shift_captions.all_shifted(video.title, segments, shift_s), ""
    if fetched is not None:  # another ingest asks YouTube for the same track
        stored_captions.forget(db.files.video(video.id))
        said = f"{caption_tracks.said(fetched.tracks, fetched.track)} {said}".strip()
    else:
        later = shifted(transcript.segments, shift_s) if transcript.timed else transcript.segments
        _keep(db, video, replace(transcript, segments=later), origin)
    captions.replace(
        db,
        video.id,
        segments,
        origin=origin,
        timed=transcript.timed,
        language=transcript.language,
        provenance=provenance.with_captions(video.provenance, transcript, fetched),
        message=said,
    )
    return videos.get(db, video.id)


def _keep(db: Database, video: Video, transcript: Transcript, origin: str) -> None:
    folder = db.files.video(video.id)
    folder.mkdir(parents=True, exist_ok=True)
    stored_captions.write(folder, transcript, origin)
