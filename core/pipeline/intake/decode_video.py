"""The ingest job: download, decode and captions of one video. Run twice, it gives one result."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from core.errors import (
    AffinityError,
    CaptionsUnavailable,
    DatabaseUnreachable,
    NotFound,
    Postponed,
    Superseded,
)
from core.pipeline.intake import (
    provenance,
    retrying,
    stored_captions,
    youtube_captions,
)
from core.pipeline.intake.embedded_captions import embedded_captions
from core.pipeline.intake.looks_like import alike, without_likeness
from core.records import FROM_CHANNEL, Caption, Frame, Video
from core.storage import Database, captions, fence, room, videos
from core.storage.files import publish, remove, remove_tree, require_allowed, sync_folder
from core.storage.progress import Progress
from core.text import caption_tracks
from core.text.caption_tracks import Track
from core.text.captions_youtube import Fetched
from core.text.segments import Transcript
from core.video import frames, youtube
from core.video.part import Part
from core.video.youtube import pacing
from core.video.youtube.pacing import Pace

_PARTS = ("atlas", "frames")  # of a video's folder


class _Captions(NamedTuple):
    segments: list[Caption]
    origin: str
    timed: bool
    language: str
    provenance: dict[str, Any]
    message: str = ""
    refused: CaptionsUnavailable | None = None  # for now, and no others were found


def decode_video(db: Database, video_id: str, report: Progress) -> None:
    """Make a waiting video ready, or mark it failed and raise the reason.

    For a ready one without captions that YouTube refused, these are asked for again. Raises
    NotFound, DownloadFailed, VideoUnreadable, StorageFailed.
    """
    video = videos.get(db, video_id)
    if video.state == "ready":
        if video.can_retry:
            _captions_again(db, video, report)
        return
    work = _scratch(db, video_id)
    try:
        _decode(db, video, work, report)
    except (DatabaseUnreachable, Superseded):  # no fault of the video's
        raise
    except AffinityError as error:
        if not room.is_full(error, db.files.folder):  # then it is read again when there is room
            _mark_failed(db, video, error)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _scratch(db: Database, video_id: str) -> Path:
    """A folder for this attempt alone; those of earlier ones are removed, with what they may
    still be about to move from there."""
    name = f"ingest-{video_id}"
    for stale in (db.files.temporary / name, *db.files.temporary.glob(f"{name}.*")):
        remove_tree(stale)
    numbers = fence.own().values()
    return db.files.temporary / ".".join([name, *map(str, numbers)])


def _mark_failed(db: Database, video: Video, error: AffinityError) -> None:
    changes = {"state": "failed", "message": str(error), **retrying.changes(video, error)}
    try:
        videos.update(db, video.id, **changes)
    except NotFound:  # deleted meanwhile: nothing of it may come back
        remove_tree(db.files.video(video.id))


def _captions_again(db: Database, video: Video, report: Progress) -> None:
    """The picture stays as it is; what was said of the refusal is taken back or said anew."""
    report(0.5, "Fetching captions")
    found = _captions(db, video, video.duration_s, report.part(0.5, 1.0))
    changes = retrying.changes(video, found.refused, found.message)
    if found.segments:
        changes |= {"caption_origin": found.origin, "captions_timed": found.timed}
        changes |= {"language": found.language, "provenance": found.provenance}
    before = video.message.removesuffix(str(video.refusal.get("sentence", ""))).strip()
    message = f"{before} {found.message}".strip()
    captions.add_late(db, video.id, found.segments, message=message, **changes)


def _decode(db: Database, video: Video, work: Path, report: Progress) -> None:
    work.mkdir(parents=True)
    downloads = video.source == "youtube" and not db.files.media(video).is_file()
    if downloads:
        video = _download(db, video, work, report.part(0.0, 0.5))
    decoding = report.part(0.5 if downloads else 0.0, 0.95)
    media = db.files.media(video)
    part = Part(*video.part)
    taken = frames.sample_into(media, video.origin, work, video.every_s, decoding, part)
    facts = taken.facts
    report(0.96, "Fetching captions")
    found = _captions(db, video, facts.duration_s, report.part(0.96, 0.99))
    _keep(db, video, work)
    known = without_likeness(found.provenance) | _alike(db, video, taken)
    videos.finish_ingest(
        db,
        video.id,
        [Frame(video.id, i, at, f"{i:06d}.jpg") for i, at in enumerate(taken.times_s)],
        found.segments,
        duration_s=facts.duration_s,
        width=facts.width,
        height=facts.height,
        caption_origin=found.origin,
        captions_timed=found.timed,
        language=found.language,
        provenance=known,
        message=_message(taken, found),
        **retrying.changes(video, found.refused, found.message),
    )


def _alike(db: Database, video: Video, taken: frames.Sampled) -> dict[str, Any]:
    facts = taken.facts
    read = replace(
        video,
        frames=len(taken.times_s),
        duration_s=facts.duration_s,
        width=facts.width,
        height=facts.height,
    )
    return alike(db, read, taken.times_s)


def _download(db: Database, video: Video, work: Path, report: Progress) -> Video:
    pace = Pace(db.files.folder)
    part = Part(*video.part)
    downloaded = youtube.download(video.youtube_id or "", work / "download", report, part, pace)
    folder = db.files.video(video.id)
    folder.mkdir(parents=True, exist_ok=True)
    media = folder / f"source{downloaded.file.suffix}"
    require_allowed()
    downloaded.file.replace(media)
    sync_folder(folder)
    publish(media)
    named = video.title != f"YouTube {video.youtube_id}"
    title = video.title if named else downloaded.title or video.title
    known = provenance.of_download(downloaded.info, media)
    changes = {"media_file": media.name, "title": title, "provenance": known}
    if video.group == FROM_CHANNEL:
        changes["group"] = known.get("channel") or "unknown channel"
    videos.update(db, video.id, **changes)
    return videos.get(db, video.id)


def _captions(db: Database, video: Video, duration_s: float, report: Progress) -> _Captions:
    """Those given by hand, else YouTube's, else the file's own."""
    folder = db.files.video(video.id)
    stored = stored_captions.read(folder)
    if stored is not None:
        segments, said = stored_captions.placed(video.id, stored, duration_s, Part(*video.part))
        known = provenance.with_captions(video.provenance, stored)
        origin = stored_captions.origin(folder)
        return _Captions(segments, origin, stored.timed, stored.language, known, said)
    reasons = []
    refused = None
    try:
        if video.youtube_id is not None:
            return _of_youtube(video, _fetched(db, video, report))
    except CaptionsUnavailable as error:
        reasons.append(str(error))
        refused = None if error.retry_after_s is None else error
    try:
        if own := embedded_captions(db.files.media(video), video.origin, video.language):
            return _timed(video, own[0], "embedded", own[1])
    except CaptionsUnavailable as error:
        reasons.append(str(error))
    without = "none" if video.language == "auto" else video.language
    known = provenance.with_captions(video.provenance, None)
    return _Captions([], "none", True, without, known, " ".join(reasons), refused)


def _fetched(db: Database, video: Video, report: Progress) -> Fetched:
    """YouTube's captions, in their turn; while YouTube refuses them to this connection nobody asks.

    Raises CaptionsUnavailable.
    """
    turns = Pace(db.files.folder, pacing.CAPTIONS)
    try:
        turns.wait(video.youtube_id or "", report)
        return youtube_captions.fetch(*_asked(video))
    except Postponed as error:
        said = f"YouTube gives no captions to this connection now; those of {video.title} wait."
        waits = CaptionsUnavailable(said, retry_after_s=error.retry_after_s)
        waits.kind = error.kind
        raise waits from error
    except CaptionsUnavailable as error:
        if error.kind == "pause" and error.retry_after_s:
            turns.hold(error.retry_after_s)
        raise


def _asked(video: Video) -> tuple[str, str, Track | None]:
    """Id, language, and the track that was taken before, where the video is read again."""
    before = video.provenance.get("caption_track")
    return video.youtube_id or "", video.language, Track(**before) if before else None


def _of_youtube(video: Video, fetched: Fetched) -> _Captions:
    message = caption_tracks.said(fetched.tracks, fetched.track)
    return _timed(video, fetched.transcript, fetched.origin, message, fetched)


def _timed(
    video: Video,
    said: Transcript,
    origin: str,
    message: str = "",
    fetched: Fetched | None = None,
) -> _Captions:
    segments = stored_captions.records(
        video.id, stored_captions.during(Part(*video.part), said.segments)
    )
    known = provenance.with_captions(video.provenance, said, fetched)
    return _Captions(segments, origin, True, said.language, known, message)


def _keep(db: Database, video: Video, work: Path) -> None:
    """Put the pictures where they belong; within a write, so that no late attempt moves any."""
    folder = db.files.video(video.id)
    for name in _PARTS:
        frames.make_durable(work / name)
    with db.write():
        for stale in (*folder.glob("pixels-*.npy"), *folder.glob("features-*.npy")):
            remove(stale)
        for name in _PARTS:
            frames.keep(work / name, folder / name)
    publish(*(folder / name for name in _PARTS))


def _message(taken: frames.Sampled, found: _Captions) -> str:
    facts, said = taken.facts, list(taken.notes)
    if facts.cut_off:
        said.append(
            f"The file is cut off after {facts.duration_s:.0f} s of {facts.promised_s:.0f} s."
        )
    return " ".join([*said, found.message]).strip()
