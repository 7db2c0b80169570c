"""What every source of videos promises, wherever the video came from."""

import cv2
import pytest

from core.pipeline import captions
from core.pipeline.intake import add_video, decode_video
from core.storage import videos
from core.storage.progress import Progress
from core.text import captions_youtube
from core.text.caption_tracks import Track
from core.text.segments import Segment, Transcript
from core.video import youtube
from core.video.addresses import Address
from tests.clips import write_clip
from tests.recorded_youtube import Downloader

SEGMENTS = (Segment(0.0, 3.0, "first"), Segment(3.0, 5.0, "second"))
TRACK = Track("en", "English", "people")
SRT = b"1\n00:00:00,000 --> 00:00:03,000\nfirst\n\n2\n00:00:03,000 --> 00:00:05,000\nsecond\n"


def _from_path(db, tmp_path, _monkeypatch):
    clip = write_clip(tmp_path / "clip.mp4", 5)
    return add_video.add_file(db, clip, "clip.mp4", group="us", captions=("a.srt", SRT))


def _from_upload(db, tmp_path, _monkeypatch):
    clip = write_clip(tmp_path / "clip.mkv", 5)
    with clip.open("rb") as file:
        return add_video.add_file(db, file, "clip.mkv", group="us", captions=("a.srt", SRT))


def _from_youtube(db, _tmp_path, monkeypatch):
    fetched = captions_youtube.Fetched(Transcript(SEGMENTS, True, "en"), TRACK, (TRACK,))
    monkeypatch.setattr(youtube, "_session", Downloader())
    monkeypatch.setattr(captions_youtube, "fetch", lambda *_what: fetched)
    return add_video.add_youtube(db, Address("video", "dQw4w9WgXcQ"), group="us")


@pytest.fixture(params=[_from_path, _from_upload, _from_youtube])
def source(request):
    return request.param


def test_every_source(db, tmp_path, monkeypatch, source) -> None:
    waiting = source(db, tmp_path, monkeypatch)
    assert (waiting.state, waiting.frames, waiting.group) == ("waiting", 0, "us")
    decode_video.decode_video(db, waiting.id, Progress(None))
    ready = videos.get(db, waiting.id)
    assert (ready.state, ready.frames, ready.captions, ready.language) == ("ready", 3, 2, "en")
    assert (ready.duration_s, ready.width, ready.height) == (5.0, 160, 96)
    assert captions.frame_captions(db, ready.id) == ["first", "first", "second"]
    assert (db.files.video(ready.id) / ready.media_file).is_file()
    for frame in videos.frames_of(db, ready.id):
        picture = cv2.imread(str(db.files.frames(ready.id) / frame.file))
        assert picture.shape == (96, 160, 3)
        assert picture.mean() == pytest.approx(40 + 8 * frame.time_s, abs=3)
    assert (ready.watch_url(2.0) is None) == (ready.source == "upload")
    videos.delete(db, ready.id)
    assert not db.files.video(ready.id).exists()
