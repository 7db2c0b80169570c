"""yt-dlp is driven with fixed options only; its refusals become sentences. No network here."""

import pytest
from yt_dlp.utils import DownloadError

from core.errors import DownloadFailed
from core.video import youtube
from core.video.addresses import Address
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
    assert done == youtube.Download(tmp_path / "own" / "video.mp4", "A title")
    assert done.file.stat().st_size > 0
    assert said[0] == (0.0, "Asking YouTube")
    assert said[-1][0] == 1.0
    assert said[-1][1].startswith("Downloading")


def _refused(tmp_path) -> str:
    with pytest.raises(DownloadFailed) as caught:
        youtube.download(ID, tmp_path / "own", lambda *_: None)
    return str(caught.value)


@pytest.mark.parametrize(
    "facts", [{"is_live": True}, {"live_status": "is_live"}, {"live_status": "is_upcoming"}]
)
def test_live_streams_are_refused_before_anything_is_downloaded(
    tmp_path, downloader, facts
) -> None:
    downloader.facts |= facts
    assert "live stream" in _refused(tmp_path)
    assert downloader.downloads == 0


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


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("[youtube] x: Private video. Sign in if you've been granted access", "is private"),
        ("[youtube] x: Sign in to confirm your age. This video may be", "age-restricted"),
        ("[youtube] x: Sign in to confirm you’re not a bot. Use --cookies", "robot"),
        ("[youtube] x: Video unavailable. This video has been removed", "not available"),
        ("[youtube] x: Join this channel to get access to members-only content", "members only"),
        ("The uploader has not made this video available in your country", "this country"),
        ("Requested format is not available. Use --list-formats", "no format"),
        ("Premieres in 3 hours", "not been shown yet"),
        ("Unable to download API page: Failed to resolve 'www.youtube.com'", "connection"),
        ("unable to download video data: HTTP Error 403: Forbidden", "refused by YouTube"),
        ("something new", "YouTube refused"),
    ],
)
def test_refusals_name_the_video_and_another_way_in(tmp_path, downloader, error, reason) -> None:
    downloader.error = DownloadError(f"ERROR: {error}")
    said = _refused(tmp_path)
    assert reason in said
    assert ID in said
    assert said.endswith("Upload the video file instead.")
    assert "--cookies" not in said


def test_a_playlist_is_its_videos(downloader) -> None:
    ids = ["aaaaaaaaaaa", None, "bbbbbbbbbbb", "../../../xx", "aaaaaaaaaaa"]
    downloader.facts = {"entries": [{"id": one} if one else None for one in ids]}
    found = youtube.playlist(Address("playlist", "PL1234567890abcdef"))
    assert found == [Address("video", "aaaaaaaaaaa"), Address("video", "bbbbbbbbbbb")]
    downloader.facts = {"entries": []}
    with pytest.raises(DownloadFailed, match="PL1234567890abcdef"):
        youtube.playlist(Address("playlist", "PL1234567890abcdef"))


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
