"""An ingest makes a waiting video ready, once, whatever interrupts it."""

import hashlib
import json

import pytest

from core.errors import CaptionsUnavailable, DownloadFailed, NotFound, VideoUnreadable
from core.pipeline import captions
from core.pipeline.intake import add_video, decode_video, replace_captions
from core.storage import captions as stored
from core.storage import videos
from core.storage.progress import Progress, read
from core.text import captions_youtube
from core.text.caption_tracks import Track
from core.text.segments import Segment, Transcript
from core.video import youtube
from core.video.addresses import Address
from tests.clips import write_clip
from tests.recorded_youtube import Downloader

pytestmark = pytest.mark.slow

SRT = b"1\n00:00:00,000 --> 00:00:03,000\nfirst\n\n2\n00:00:03,000 --> 00:00:05,000\nsecond\n"
SILENT = Progress(None)


@pytest.fixture
def waiting(db, tmp_path):
    clip = write_clip(tmp_path / "clip.mp4", 5)
    return add_video.add_file(db, clip, "clip.mp4", group="us", captions=("a.srt", SRT))


def _whole(db, video_id) -> None:
    video = videos.get(db, video_id)
    assert (video.state, video.frames, video.captions, video.message) == ("ready", 3, 2, "")
    frames = videos.frames_of(db, video_id)
    assert [(f.index, f.time_s, f.file) for f in frames] == [
        (0, 0.0, "000000.jpg"),
        (1, 2.0, "000001.jpg"),
        (2, 4.0, "000002.jpg"),
    ]
    on_disk = sorted(path.name for path in db.files.frames(video_id).iterdir())
    assert on_disk == [frame.file for frame in frames]
    assert db.files.atlas(video_id, 0).is_file()
    assert list(db.files.temporary.iterdir()) == []


def test_a_video_becomes_ready(db, waiting) -> None:
    decode_video.decode_video(db, waiting.id, SILENT)
    _whole(db, waiting.id)
    assert captions.frame_captions(db, waiting.id) == ["first", "first", "second"]
    video = videos.get(db, waiting.id)
    assert (video.caption_origin, video.captions_timed) == ("uploaded", True)


def test_a_correction_counts_at_once(db, waiting) -> None:
    decode_video.decode_video(db, waiting.id, SILENT)
    stored.correct(db, waiting.id, 1, text="corrected", start_s=2.0, end_s=5.0)
    assert captions.frame_captions(db, waiting.id) == ["first", "corrected", "corrected"]


def test_a_second_ingest_changes_nothing(db, waiting) -> None:
    decode_video.decode_video(db, waiting.id, SILENT)
    stored.correct(db, waiting.id, 0, text="corrected", start_s=0.0, end_s=3.0)
    decode_video.decode_video(db, waiting.id, SILENT)
    _whole(db, waiting.id)
    assert captions.frame_captions(db, waiting.id)[0] == "corrected"


def test_killed_in_the_middle_it_begins_again(db, waiting) -> None:
    """Whatever a killed ingest can leave: half a work folder, frames without rows, old pixels."""
    work = db.files.temporary / f"ingest-{waiting.id}" / "frames"
    work.mkdir(parents=True)
    (work / "000000.jpg").write_bytes(b"half")
    db.files.frames(waiting.id).mkdir()
    (db.files.frames(waiting.id) / "000099.jpg").write_bytes(b"old")
    db.files.pixels(waiting.id, 200, 120).write_bytes(b"old")
    decode_video.decode_video(db, waiting.id, SILENT)
    _whole(db, waiting.id)
    assert not db.files.pixels(waiting.id, 200, 120).exists()


def test_untimed_captions_are_spread_over_what_was_decoded(db, tmp_path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 6)
    added = add_video.add_file(db, clip, "clip.mp4", group="us", captions=("a.txt", b"a\nb\nc\n"))
    decode_video.decode_video(db, added.id, SILENT)
    video = videos.get(db, added.id)
    assert (video.captions, video.captions_timed) == (3, False)
    assert captions.frame_captions(db, added.id) == ["a", "b", "c"]


def test_without_captions_a_video_is_ready_too(db, tmp_path) -> None:
    added = add_video.add_file(db, write_clip(tmp_path / "c.mp4", 3), "c.mp4", group="us")
    decode_video.decode_video(db, added.id, SILENT)
    video = videos.get(db, added.id)
    assert (video.state, video.captions, video.language) == ("ready", 0, "none")
    assert captions.frame_captions(db, added.id) == ["", ""]


def test_a_file_that_cannot_be_decoded_fails_with_its_sentence(db, waiting) -> None:
    (db.files.video(waiting.id) / "source.mp4").write_bytes(b"hello")
    with pytest.raises(VideoUnreadable, match=r"^clip\.mp4 is not a video"):
        decode_video.decode_video(db, waiting.id, SILENT)
    video = videos.get(db, waiting.id)
    assert (video.state, video.frames) == ("failed", 0)
    assert video.message.startswith("clip.mp4 is not a video")
    assert list(db.files.temporary.iterdir()) == []


def test_a_video_deleted_meanwhile_does_not_come_back(db, waiting, monkeypatch) -> None:
    finish = videos.finish_ingest

    def deleted_before(*what, **changes):
        videos.delete(db, waiting.id)
        finish(*what, **changes)

    monkeypatch.setattr(videos, "finish_ingest", deleted_before)
    with pytest.raises(NotFound):
        decode_video.decode_video(db, waiting.id, SILENT)
    assert videos.every(db) == []
    assert not db.files.video(waiting.id).exists()


def test_progress_is_told_in_words(db, waiting) -> None:
    path = db.files.progress("job")
    seen = []

    class Watching(Progress):
        def __call__(self, fraction, message, eta_s=None):
            super().__call__(fraction, message, eta_s)
            seen.append((fraction, message))

    decode_video.decode_video(db, waiting.id, Watching(path, interval_s=0.0))
    assert [message for _, message in seen] == [
        "Sampling frames 1 of 3",
        "Sampling frames 2 of 3",
        "Sampling frames 3 of 3",
        "Fetching captions",
    ]
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert read(path)["message"] == "Fetching captions"


@pytest.fixture
def from_youtube(db, monkeypatch):
    """A waiting YouTube video, YouTube's download and its captions refused by default."""
    downloader = Downloader()
    monkeypatch.setattr(youtube, "_session", downloader)

    def no_captions(youtube_id, *_asked):
        raise CaptionsUnavailable(f"{youtube_id} has no captions on YouTube. Upload a file.")

    monkeypatch.setattr(captions_youtube, "fetch", no_captions)
    video = add_video.add_youtube(db, Address("video", "dQw4w9WgXcQ"), group="us")
    return video, downloader


def test_a_youtube_video_without_captions_says_why(db, from_youtube) -> None:
    video, _ = from_youtube
    decode_video.decode_video(db, video.id, SILENT)
    ready = videos.get(db, video.id)
    assert (ready.state, ready.frames, ready.captions) == ("ready", 3, 0)
    assert ready.message == "dQw4w9WgXcQ has no captions on YouTube. Upload a file."
    assert (ready.title, ready.media_file) == ("A title", "source.mp4")


def test_where_a_download_is_from_is_kept_and_names_the_group(db, from_youtube) -> None:
    video, downloader = from_youtube
    videos.update(db, video.id, group="@channel")
    downloader.facts |= {
        "channel": "BBC\u202e News",
        "channel_id": "UC16niRr50-MSBwiO3YDb3RA",
        "upload_date": "20260304",
        "license": "Creative Commons",
        "language": "en",
    }
    decode_video.decode_video(db, video.id, SILENT)
    ready = videos.get(db, video.id)
    assert ready.group == "BBC News"
    known = dict(ready.provenance)
    assert known.pop("retrieved").endswith("+00:00")
    assert known.pop("yt_dlp")[:2] == "20"
    media = db.files.video(video.id) / ready.media_file
    assert known == {
        "channel": "BBC News",
        "channel_id": "UC16niRr50-MSBwiO3YDb3RA",
        "published": "2026-03-04",
        "licence": "Creative Commons",
        "original_language": "en",
        "sha256": hashlib.sha256(media.read_bytes()).hexdigest(),
    }


def test_the_track_that_was_taken_is_recorded_and_taken_again(
    db, from_youtube, monkeypatch
) -> None:
    video, _ = from_youtube
    one, two = (Track("en", name, "people") for name in ("CC1", "CC2"))
    asked = []

    def fetch(_id, language, wanted):
        asked.append((language, wanted))
        said = Transcript((Segment(0.0, 2.0, "Good evening"),), True, "en")
        return captions_youtube.Fetched(said, two, (one, two))

    monkeypatch.setattr(captions_youtube, "fetch", fetch)
    decode_video.decode_video(db, video.id, SILENT)
    ready = videos.get(db, video.id)
    assert ready.provenance["caption_track"] == two.to_json()
    assert ready.message == "2 English tracks, using CC2."
    videos.update(db, video.id, state="failed")
    decode_video.decode_video(db, video.id, SILENT)
    assert asked == [("auto", None), ("en", two)]


def test_captions_given_beforehand_are_taken(db, from_youtube) -> None:
    video, _ = from_youtube
    replace_captions.from_file(db, video.id, "a.srt", SRT)
    decode_video.decode_video(db, video.id, SILENT)
    ready = videos.get(db, video.id)
    assert (ready.captions, ready.caption_origin, ready.message) == (2, "uploaded", "")


def test_a_download_is_not_repeated(db, from_youtube, monkeypatch) -> None:
    video, downloader = from_youtube
    with monkeypatch.context() as patch:
        patch.setattr(videos, "finish_ingest", lambda *_a, **_k: (_ for _ in ()).throw(OSError()))
        with pytest.raises(OSError):
            decode_video.decode_video(db, video.id, SILENT)
    videos.update(db, video.id, title="Renamed")
    decode_video.decode_video(db, video.id, SILENT)
    assert downloader.downloads == 1
    assert videos.get(db, video.id).title == "Renamed"


def test_a_refused_download_fails_the_video(db, from_youtube) -> None:
    video, downloader = from_youtube
    downloader.facts["is_live"] = True
    with pytest.raises(DownloadFailed):
        decode_video.decode_video(db, video.id, SILENT)
    assert "is live now" in videos.get(db, video.id).message
    downloader.facts["is_live"] = False
    decode_video.decode_video(db, video.id, SILENT)
    assert videos.get(db, video.id).state == "ready"


@pytest.mark.real
def test_the_news_end_to_end(news) -> None:
    counted = {}
    for video in videos.ready(news):
        said = captions.frame_captions(news, video.id)
        counted[video.group] = (video.frames, video.captions, video.language)
        assert sum(map(bool, said)) > 0.95 * len(said)
        assert [f.time_s for f in videos.frames_of(news, video.id)] == [
            2.0 * n for n in range(video.frames)
        ]
    assert counted == {"us": (109, 96, "en"), "cn": (378, 90, "zh")}


def test_what_is_kept_between_is_plain_json(db, waiting) -> None:
    kept = json.loads((db.files.video(waiting.id) / "captions.json").read_text())
    assert kept["segments"] == [[0.0, 3.0, "first"], [3.0, 5.0, "second"]]
