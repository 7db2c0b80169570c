"""yt-dlp is driven with fixed options only; its refusals become sentences. No network here."""

import time
from datetime import datetime, timedelta

import pytest
from yt_dlp.utils import DownloadError

from core.errors import DownloadFailed
from core.video import youtube
from core.video.part import Part
from tests.recorded_youtube import Downloader

ID = "dQw4w9WgXcQ"


@pytest.fixture
def downloader(monkeypatch) -> Downloader:
    made = Downloader()
    monkeypatch.setattr(youtube, "_session", made)
    return made


def test_a_download(tmp_path, downloader) -> None:
    said: list[tuple[float, str]] = []
    done = youtube.download(ID, tmp_path / "own", lambda *what: said.append(what))
    assert (done.file, done.title) == (tmp_path / "own" / "video.mp4", "A title")
    assert done.info["duration"] == 5.0
    assert done.file.stat().st_size > 0
    assert said[0] == (0.0, "Asking YouTube")
    assert said[-1][0] == 1.0
    assert said[-1][1].startswith("Downloading")


def _refused(tmp_path) -> str:
    with pytest.raises(DownloadFailed) as caught:
        youtube.download(ID, tmp_path / "own", lambda *_: None)
    return str(caught.value)


def _failure(tmp_path) -> DownloadFailed:
    with pytest.raises(DownloadFailed) as caught:
        youtube.download(ID, tmp_path / "own", lambda *_: None)
    return caught.value


@pytest.mark.parametrize(
    ("facts", "says", "hours"),
    [
        ({"is_live": True}, "is live now", 2),
        ({"live_status": "is_live"}, "is live now", 2),
        ({"live_status": "is_upcoming"}, "not been shown yet", 2),
        ({"live_status": "post_live"}, "still works on the recording", 3),
    ],
)
def test_what_is_not_over_is_tried_again(tmp_path, downloader, facts, says, hours) -> None:
    downloader.facts |= facts
    failure = _failure(tmp_path)
    assert says in str(failure)
    assert failure.retry_after_s == hours * 3600
    assert downloader.downloads == 0


def test_what_is_to_come_names_its_start(tmp_path, downloader) -> None:
    tomorrow = datetime.now().replace(hour=9, minute=5) + timedelta(days=1)
    downloader.facts |= {
        "live_status": "is_upcoming",
        "release_timestamp": tomorrow.timestamp(),
        "duration": None,
    }
    failure = _failure(tmp_path)
    assert "starts tomorrow at 9:05" in str(failure)
    wait_s = tomorrow.timestamp() - time.time() + 3 * 3600
    assert failure.retry_after_s == pytest.approx(wait_s, abs=60)


def test_limits_are_those_of_the_part(tmp_path, downloader) -> None:
    downloader.facts["duration"] = 30 * 3600
    part = Part(20 * 3600, 25 * 3600)
    assert youtube.download(ID, tmp_path / "own", lambda *_: None, part).file.is_file()
    with pytest.raises(DownloadFailed, match=r"7\.0 hours, more than 6; add the part"):
        youtube.download(ID, tmp_path / "own", lambda *_: None, Part(3600, 8 * 3600))
    with pytest.raises(DownloadFailed, match="lasts 30:00:00; the part 50:00:00 to the end lies"):
        youtube.download(ID, tmp_path / "own", lambda *_: None, Part(180_000))


def test_long_videos_are_refused(tmp_path, downloader) -> None:
    downloader.facts["duration"] = 7 * 3600
    assert "7.0 hours" in _refused(tmp_path)
    assert downloader.downloads == 0


def test_a_video_filtered_out_comes_without_a_file(tmp_path, downloader) -> None:
    downloader.keeps_file = False
    assert "Upload the video file instead." in _refused(tmp_path)


def test_a_download_that_grows_too_large_is_stopped(tmp_path, downloader, monkeypatch) -> None:
    monkeypatch.setattr(youtube, "MAX_BYTES", 10)
    said = _refused(tmp_path)
    assert "is larger than" in said
    assert ID in said


def test_a_download_that_breaks_off_is_begun_once_more(tmp_path, downloader) -> None:
    downloader.errors = [DownloadError("ERROR: The downloaded file is empty")]
    assert youtube.download(ID, tmp_path / "own", lambda *_: None).file.is_file()
    downloader.errors = [DownloadError("ERROR: 10 bytes read, 20 more expected")] * 2
    assert "broke off" in _refused(tmp_path)
    assert downloader.errors == []


def test_only_youtube_is_known_and_nothing_runs_afterwards(tmp_path) -> None:
    """The real yt-dlp under our options: three extractors, no post-processing, no cookies."""
    with youtube._session(youtube._options(tmp_path)) as session:
        assert list(session._ies) == ["Youtube", "YoutubeTab", "YoutubePlaylist"]
        assert not any(session._pps.values())
        assert len(session.cookiejar) == 0
        with pytest.raises(DownloadError, match="No suitable extractor"):
            session.extract_info("https://evil.test/x.m3u8", download=False)
        with pytest.raises(DownloadError):
            session.extract_info("ytsearch10:cats", download=False)
