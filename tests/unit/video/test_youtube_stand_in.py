"""Each situation of YouTube's, through yt-dlp's own extractor, downloader and runtime."""

import shutil
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core.errors import CaptionsUnavailable, DownloadFailed, Postponed
from core.text import captions
from core.video import probe, sampling, youtube
from core.video.addresses import Address
from core.video.limits import container_of
from core.video.part import Part
from core.video.youtube import listing, part_download, runtime, session, tracks
from core.video.youtube.pacing import Pace
from tests.clips import write_clip
from tests.youtube_stand_in import StandIn
from tests.youtube_stand_in.situations import CHANNEL, UPCOMING_AT, video_id

pytestmark = pytest.mark.slow
HOUR = 3600.0


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    clip = write_clip(tmp_path_factory.mktemp("stand-in") / "clip.mp4", 2).read_bytes()
    sound = b"\0\0\0\x20ftypM4A sound"
    long = _indexed(tmp_path_factory.mktemp("indexed") / "clip.mp4")
    with StandIn({"picture": clip, "sound": sound, "indexed": long}).running() as running:
        yield running


def _indexed(path) -> bytes:
    """As YouTube makes its files: fragments, and an index before them; 24 s in ten segments."""
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof+dash+global_sidx"}
    return write_clip(path, 24, options=flags).read_bytes()


@pytest.fixture
def asked(stand_in, monkeypatch) -> StandIn:
    monkeypatch.setattr(youtube, "_session", stand_in.session)
    monkeypatch.setattr(session, "session", stand_in.session)
    stand_in.asked.clear()
    return stand_in


def _download(tmp_path, name: str) -> youtube.Download:
    pace = Pace(tmp_path)
    return youtube.download(video_id(name), tmp_path / "own", lambda *_: None, pace=pace)


def test_of_a_part_only_what_it_needs_is_downloaded(tmp_path, asked, monkeypatch) -> None:
    """The first and the last segment keep the clock; the pictures are those of the whole."""
    monkeypatch.setattr(part_download, "_BEGINNING", 1000)  # the index is in them
    part, pace = Part(14, 20), Pace(tmp_path)
    own = tmp_path / "own"
    done = youtube.download(video_id("indexed"), own, lambda *_: None, part, pace)
    assert done.info["channel"] == "A channel"
    assert asked.asked["bytes"] < 0.7 * len(asked.files["indexed"])
    (tmp_path / "whole.mp4").write_bytes(asked.files["indexed"])
    cut, whole = (probe.scan(path) for path in (done.file, tmp_path / "whole.mp4"))
    assert (cut.end_s, cut.promised_s, len(cut.keyframes_s)) == (24.0, whole.promised_s, 5)
    expected = list(sampling.sample(tmp_path / "whole.mp4", whole, 2.0, part=part))
    found = list(sampling.sample(done.file, cut, 2.0, part=part))
    assert [one.time_s for one in found] == [14.0, 16.0, 18.0]
    for one, other in zip(found, expected, strict=True):
        assert (one.picture == other.picture).all()


@pytest.mark.parametrize(("name", "part"), [("plain", Part(1, 2)), ("indexed", Part(1))])
def test_what_cannot_be_cut_or_is_hardly_shorter_comes_whole(tmp_path, asked, name, part) -> None:
    own = tmp_path / "own"
    done = youtube.download(video_id(name), own, lambda *_: None, part, Pace(tmp_path))
    assert done.file.read_bytes() == asked.files["indexed" if name == "indexed" else "picture"]


def _failure(tmp_path, name: str) -> DownloadFailed:
    with pytest.raises(DownloadFailed) as caught:
        _download(tmp_path, name)
    assert not list((tmp_path / "own").glob("*.mp4"))
    return caught.value


@pytest.mark.parametrize("name", ["plain", "puzzles", "age_embed", "cut_once"])
def test_what_youtube_gives_arrives_whole(tmp_path, asked, name) -> None:
    """Puzzles are answered by the runtime; an age gate is passed by the embedded player."""
    done = _download(tmp_path, name)
    assert done.file.read_bytes() == asked.files["picture"]
    assert container_of(done.file).extension == "mp4"
    assert done.title == f"The title of {name}: Private video, 429"
    known = {key: done.info[key] for key in ("channel", "channel_id", "upload_date", "license")}
    assert known == {
        "channel": "A channel",
        "channel_id": CHANNEL,
        "upload_date": "20260304",
        "license": "Creative Commons",
    }


@pytest.mark.parametrize(
    ("name", "says", "details", "retry_after_s"),
    [
        ("rate_limit", "pause of up to an hour", "try again later", HOUR),
        ("rate_limit2", "pause of up to an hour", "rate-limited by YouTube", HOUR),
        ("robot", "proof that a person", "not a bot", 4 * HOUR),
        ("captcha", "captcha", "requiring a captcha challenge", 4 * HOUR),
        ("blocked", "blocks this connection", "Your IP is likely being blocked", 4 * HOUR),
        ("many", "too many requests", "HTTP Error 429", HOUR),
        ("fault", "has a fault", "HTTP Error 503", 600),
        ("forbidden", "(403)", "HTTP Error 403: Forbidden", None),
        ("sabr", "no plain file", "No video formats found", None),
        ("age", "age-restricted", "confirm your age", None),
        ("members", "members only", "Join this channel", None),
        ("private", "is private", "Private video", None),
        ("paid", "to be paid for", "requires payment", None),
        ("drm", "protected against copying", "DRM protected", None),
        ("copyright", "by Private Video Music, who holds rights", "copyright grounds", None),
        ("country", "this country", "available in Germany, France", None),
        ("live", "is live now", "", 2 * HOUR),
        ("premiere", "not been shown yet", "", 2 * HOUR),
        ("post_live", "still works on the recording", "", 3 * HOUR),
        ("recording", "still works on the recording", "recording is not available", 3 * HOUR),
        ("processing", "still works on the recording", "processing this video", 3 * HOUR),
        ("removed", "removed from YouTube", "removed by the uploader", None),
        ("terminated", "closed the account", "has been terminated", None),
        ("empty", "broke off", "Did not get any data blocks", None),
        ("cut_off", "broke off", "more expected", None),
        ("long", "lasts 7.0 hours", "", None),
    ],
)
def test_what_youtube_refuses_is_said(tmp_path, asked, name, says, details, retry_after_s) -> None:
    failure = _failure(tmp_path, name)
    assert says in str(failure)
    assert video_id(name) in str(failure)
    assert details in failure.details
    assert failure.retry_after_s == retry_after_s


def test_what_is_to_come_says_when_it_starts(tmp_path, asked) -> None:
    failure = _failure(tmp_path, "upcoming")
    assert f"{video_id('upcoming')} starts to" in str(failure)  # today, or tomorrow
    assert failure.retry_after_s == pytest.approx(UPCOMING_AT - time.time() + 3 * HOUR, abs=60)


def test_a_pause_that_youtube_asks_for_stops_the_next_one(tmp_path, asked) -> None:
    _failure(tmp_path, "rate_limit")
    asked.asked.clear()
    assert isinstance(_failure(tmp_path, "plain"), Postponed)
    assert not asked.asked


def test_a_stream_that_is_cut_off_is_asked_for_once_more(tmp_path, asked) -> None:
    _failure(tmp_path, "cut_off")
    assert asked.asked["www.youtube.com/watch"] == 2


def test_without_a_runtime_the_missing_part_is_named(tmp_path, asked, monkeypatch) -> None:
    from yt_dlp.utils import _jsruntime

    monkeypatch.setattr(_jsruntime, "_get_exe_version_output", lambda *_: None)
    runtime.parts.cache_clear()
    try:
        failure = _failure(tmp_path, "puzzles")
        assert "answers YouTube's puzzles is missing" in str(failure)
        assert runtime.MEND in str(failure)
        assert asked.asked["player TVHTML5"] == 0  # the clients that need one are not asked
        assert asked.asked["player VISIONOS"] == 1
    finally:
        runtime.parts.cache_clear()


@pytest.mark.parametrize("name", ["forbidden", "sabr"])
def test_an_old_yt_dlp_says_its_age(tmp_path, asked, monkeypatch, name) -> None:
    monkeypatch.setattr(runtime, "age_days", lambda *_: 90)
    said = str(_failure(tmp_path, name))
    assert "90 days old" in said
    assert runtime.MEND in said


def test_all_caption_tracks_are_listed_and_each_is_had(asked) -> None:
    """Two of one language too; translations, which the page offers, are none."""
    found = tracks.caption_files(video_id("tracks"))
    assert [(file.code, file.name, file.by_machine) for file in found] == [
        ("en", "English - CC1", False),
        ("en", "English - CC3", False),
        ("zh-Hans", "Chinese (Simplified)", False),
        ("en", "en (auto-generated)", True),
    ]
    said = [captions.parse("x.json3", tracks.caption_file(video_id("tracks"), f)) for f in found]
    assert [one.segments[0].text for one in said] == ["en CC1", "en CC3", "zh-Hans", "en asr"]
    (only,) = tracks.caption_files(video_id("by_machine"))
    assert (only.code, only.by_machine) == ("zh", True)


@pytest.mark.parametrize("name", ["plain", "token", "private"])
def test_no_caption_tracks(asked, name) -> None:
    with pytest.raises(CaptionsUnavailable, match=video_id(name)) as caught:
        tracks.caption_files(video_id(name))
    assert caught.value.retry_after_s is None


def test_captions_that_are_refused_for_now(asked) -> None:
    (file,) = tracks.caption_files(video_id("captions429"))
    with pytest.raises(CaptionsUnavailable, match="too many requests") as caught:
        tracks.caption_file(video_id("captions429"), file)
    assert caught.value.retry_after_s == HOUR


def test_a_playlist_is_listed_before_anything_is_downloaded(asked) -> None:
    found = listing.look(Address("playlist", "PL1234567890abcdef"))
    assert found.title == "A playlist"
    assert [(one.address.id, one.title, one.duration_s) for one in found.videos] == [
        (video_id("plain"), "The title of plain", 5.0),
        (video_id("puzzles"), "The title of puzzles", 5.0),
    ]
    assert asked.asked["player TVHTML5"] == 0
    with pytest.raises(DownloadFailed, match="no videos that can be seen"):
        listing.look(Address("playlist", "PLempty7890abcdef"))


def test_the_smallest_sound(tmp_path, asked) -> None:
    pace = Pace(tmp_path)
    file = youtube.download_sound(video_id("puzzles"), tmp_path / "own", lambda *_: None, pace)
    assert file.read_bytes() == asked.files["sound"]
    assert file.suffix == ".m4a"
    with pytest.raises(DownloadFailed, match="is private"):
        youtube.download_sound(video_id("private"), tmp_path / "two", lambda *_: None, pace)


@pytest.mark.parametrize(
    ("where", "options", "says", "retry_after_s"),
    [
        ("http://nowhere.invalid", {}, "no connection to the internet", 600),
        ("http://127.0.0.1:1", {}, "connection to YouTube broke", 600),
        ("", {"proxy": "http://127.0.0.1:1"}, "proxy of this network", None),
    ],
)
def test_no_way_to_youtube(
    tmp_path, stand_in, monkeypatch, where, options, says, retry_after_s
) -> None:
    monkeypatch.setattr(youtube, "_session", lambda o: stand_in.session(o | options, where))
    failure = _failure(tmp_path, "plain")
    assert says in str(failure)
    assert failure.retry_after_s == retry_after_s


def test_a_proxy_that_reads_along(tmp_path, stand_in, monkeypatch) -> None:
    """Another's certificate, as virus scanners and proxies of companies show it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout"
    command = [*made.split(), str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # the client hangs up
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        where = f"https://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(youtube, "_session", lambda o: stand_in.session(o, where))
        failure = _failure(tmp_path, "plain")
    finally:
        server.shutdown()
        server.server_close()
    assert "not signed by YouTube" in str(failure)
    assert "CERTIFICATE_VERIFY_FAILED" in failure.details
    assert failure.retry_after_s is None
