"""What YouTube refuses for now is asked for again when the row says so, and no more often."""

import time

import pytest
from yt_dlp.utils import DownloadError

from core import jobs
from core.errors import CaptionsUnavailable, DownloadFailed, Postponed
from core.jobs import reconcile
from core.pipeline.intake import (
    add_video,
    decode_video,
    replace_captions,
    retrying,
    youtube_captions,
)
from core.records import Video
from core.storage import captions, videos
from core.storage.progress import Progress
from core.text.caption_tracks import Track
from core.text.captions_youtube import Fetched
from core.text.segments import Segment, Transcript
from core.video import youtube
from core.video.addresses import Address
from core.video.youtube.pacing import Pace
from tests.recorded_youtube import Downloader

pytestmark = pytest.mark.slow
HOUR = 3600.0
LIMIT = DownloadError("ERROR: [youtube] dQw4w9WgXcQ: HTTP Error 429: Too Many Requests")
GONE = DownloadError("ERROR: [youtube] dQw4w9WgXcQ: Private video. Sign in if you've been granted")
SILENT = Progress(None)
SAID = Transcript((Segment(0.0, 2.0, "hello"), Segment(2.0, 4.0, "world")), True, "en")


@pytest.fixture
def downloader(monkeypatch) -> Downloader:
    made = Downloader()
    monkeypatch.setattr(youtube, "_session", made)
    return made


@pytest.fixture
def blocked(monkeypatch):
    """YouTube's captions, blocked for now until the list is emptied."""
    errors = [CaptionsUnavailable("YouTube blocks captions. Upload a file.", "IpBlocked", HOUR)]

    def fetch(*_asked):
        if errors:
            raise errors[0]
        track = Track("en", "English", "people")
        return Fetched(SAID, track, (track,))

    monkeypatch.setattr(youtube_captions, "fetch", fetch)
    return errors


@pytest.fixture
def video(db) -> Video:
    return add_video.add_youtube(db, Address("video", "dQw4w9WgXcQ"), group="us")


def _attempt(db, video) -> Video:
    try:
        decode_video.decode_video(db, video.id, SILENT)
    except DownloadFailed:
        assert videos.get(db, video.id).state == "failed"
    return videos.get(db, video.id)


def _due(db, video_id) -> None:
    videos.update(db, video_id, retry_at=time.time() - 1)


def test_a_refusal_that_passes_sets_the_time(db, video, downloader) -> None:
    downloader.error = LIMIT
    failed = _attempt(db, video)
    assert failed.retry_at == pytest.approx(time.time() + HOUR, abs=30)
    assert failed.refusal.pop("at") == pytest.approx(time.time(), abs=30)
    assert failed.refusal == {
        "sentence": failed.message,
        "details": "HTTP Error 429: Too Many Requests",
        "attempts": 1,
    }
    assert Pace(db.files.folder).held_s() == pytest.approx(HOUR, abs=30)


def test_one_that_does_not_pass_sets_none(db, video, downloader) -> None:
    downloader.error = GONE
    failed = _attempt(db, video)
    assert failed.retry_at is None
    assert failed.refusal["details"].startswith("Private video. Sign in")
    assert failed.can_retry


def test_what_is_due_is_queued_once_and_counted(db, video, downloader) -> None:
    downloader.error = DownloadError("ERROR: Failed to resolve 'www.youtube.com'")
    _attempt(db, video)
    reconcile.reconcile(db)
    assert jobs.every(db) == []  # not yet
    _due(db, video.id)
    for _ in range(2):
        reconcile.reconcile(db)
    (job,) = jobs.every(db)
    waiting = videos.get(db, video.id)
    assert (job.kind, job.subject, job.state) == ("ingest", video.id, "queued")
    assert (waiting.state, waiting.retry_at, waiting.refusal["attempts"]) == ("waiting", None, 1)
    assert _attempt(db, video).refusal["attempts"] == 2


def test_it_is_given_up_after_some_attempts(db, video, downloader) -> None:
    downloader.error = DownloadError("ERROR: Failed to resolve 'www.youtube.com'")
    for attempt in range(1, retrying.ATTEMPTS + 1):
        failed = _attempt(db, video)
        assert failed.refusal["attempts"] == attempt
    assert failed.retry_at is None
    jobs.submit_ingest(db, video.id)  # somebody asks: counted anew
    assert _attempt(db, video).refusal["attempts"] == 1


def test_what_was_not_asked_for_is_not_counted(db, video, downloader) -> None:
    Pace(db.files.folder).hold(2 * HOUR)
    failed = _attempt(db, video)
    assert downloader.downloads == 0
    assert failed.refusal["attempts"] == 0
    assert failed.retry_at == pytest.approx(time.time() + 2 * HOUR, abs=30)
    assert retrying.changes(failed, Postponed("x", retry_after_s=1.0))["retry_at"] is not None


def test_a_success_forgets_the_refusal(db, video, downloader, blocked) -> None:
    blocked.clear()
    downloader.error = DownloadError("ERROR: Failed to resolve 'www.youtube.com'")
    _attempt(db, video)
    downloader.error = None
    ready = _attempt(db, video)
    assert (ready.state, ready.retry_at, ready.refusal) == ("ready", None, {})


def test_captions_come_later_without_the_picture(db, video, downloader, blocked) -> None:
    ready = _attempt(db, video)
    assert (ready.state, ready.captions, ready.can_retry) == ("ready", 0, True)
    assert ready.message == "YouTube blocks captions. Upload a file."
    assert ready.retry_at == pytest.approx(time.time() + HOUR, abs=30)
    _due(db, video.id)
    reconcile.reconcile(db)
    (job,) = jobs.every(db)
    assert job.title == "Captions of A title"
    again = _attempt(db, video)  # blocked still: said once, and at another time again
    assert again.message == ready.message
    assert again.refusal["attempts"] == 2
    assert again.retry_at is not None
    blocked.clear()
    done = _attempt(db, video)
    assert (done.captions, done.caption_origin, done.language) == (2, "youtube", "en")
    assert (done.message, done.retry_at, done.refusal) == ("", None, {})
    assert [caption.text for caption in captions.of_video(db, video.id)] == ["hello", "world"]
    assert downloader.downloads == 1


def test_captions_refused_to_the_connection_are_asked_for_by_nobody(
    db, video, downloader, blocked
) -> None:
    blocked[0].kind = "pause"
    _attempt(db, video)
    blocked.clear()
    other = add_video.add_youtube(db, Address("video", "aaaaaaaaaaa"), group="us")
    ready = _attempt(db, other)
    assert (ready.state, ready.captions, downloader.downloads) == ("ready", 0, 2)
    assert (
        ready.message == "YouTube gives no captions to this connection now; those of A title wait."
    )
    assert ready.refusal["attempts"] == 0
    assert ready.retry_at == pytest.approx(time.time() + HOUR, abs=30)


def test_captions_that_came_otherwise_are_kept(db, video, downloader, blocked) -> None:
    _attempt(db, video)
    replace_captions.from_file(db, video.id, "a.txt", b"mine\n")
    assert not captions.add_late(db, video.id, [], message="overwritten")
    _due(db, video.id)
    reconcile.reconcile(db)
    assert jobs.every(db) == []
    kept = videos.get(db, video.id)
    assert (kept.captions, kept.caption_origin, kept.retry_at) == (1, "uploaded", None)


def test_no_captions_at_all_is_no_failure(db, video, downloader, blocked) -> None:
    blocked[:] = [CaptionsUnavailable("It has no captions on YouTube.", "TranscriptsDisabled")]
    ready = _attempt(db, video)
    assert (ready.state, ready.can_retry, ready.retry_at) == ("ready", False, None)
    assert ready.message == "It has no captions on YouTube."
