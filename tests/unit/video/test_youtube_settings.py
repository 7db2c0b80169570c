"""Cookies only from the file that is named, which is left as it is; the parts yt-dlp needs."""

import datetime

import pytest

from core.errors import InvalidSetting
from core.video import youtube
from core.video.youtube import runtime, session, settings

COOKIES = (
    "# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t4102444800\tSID\tsecret\nnot one\n"
)


def test_no_cookies_unless_they_are_named(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(settings.COOKIES, raising=False)
    assert youtube._options(tmp_path)["cookiefile"] is None


def test_cookies_are_read_and_not_written_back(tmp_path, monkeypatch, capfd) -> None:
    file = tmp_path / "cookies.txt"
    file.write_text(COOKIES)
    monkeypatch.setenv(settings.COOKIES, str(file))
    with youtube._session(youtube._options(tmp_path)) as made:
        assert [(one.name, one.domain) for one in made.cookiejar] == [("SID", ".youtube.com")]
        made.cookiejar.clear()
        made.save_cookies()
    assert file.read_text() == COOKIES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cookies.txt"]
    assert "secret" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("content", [None, b"", b"{}", b"SID=secret"])
def test_a_cookies_file_that_is_none(tmp_path, monkeypatch, content) -> None:
    file = tmp_path / "cookies.txt"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(settings.COOKIES, str(file))
    with pytest.raises(InvalidSetting, match="AFFINITY_YOUTUBE_COOKIES") as caught:
        youtube._options(tmp_path)
    assert "secret" not in str(caught.value)


def test_this_environment_answers_puzzles() -> None:
    """As yt-dlp itself finds: the pip packages bring scripts and runtime, on no PATH."""
    runtime.parts.cache_clear()
    said = {part.name: part for part in runtime.parts()}
    assert said["JavaScript runtime"].said.startswith("deno ")
    assert runtime.puzzles_solved()


def test_without_a_runtime_that_is_said(monkeypatch) -> None:
    from yt_dlp.utils import _jsruntime

    monkeypatch.setattr(_jsruntime, "_get_exe_version_output", lambda *_: None)
    runtime.parts.cache_clear()
    try:
        assert not runtime.puzzles_solved()
        assert any("Deno is missing" in said for said in runtime.shortcomings())
    finally:
        runtime.parts.cache_clear()


def test_the_age_is_counted_from_the_release(monkeypatch) -> None:
    monkeypatch.setattr(runtime, "version", lambda: "2026.10.26")
    assert runtime.age_days(datetime.date(2026, 11, 30)) == 35
    assert runtime.age_days(datetime.date(2026, 10, 1)) == 0
    monkeypatch.setattr(runtime, "version", lambda: "2026.10.26.232815")
    assert runtime.age_days(datetime.date(2026, 10, 27)) == 1


def test_an_old_one_is_said(monkeypatch) -> None:
    monkeypatch.setattr(runtime, "age_days", lambda *_: 57)
    runtime.parts.cache_clear()
    try:
        assert "57 days old" in runtime.shortcomings()[0]
    finally:
        runtime.parts.cache_clear()


def test_what_is_printed_goes_nowhere_but_warnings_are_kept() -> None:
    heard = session.Heard()
    for say in (heard.debug, heard.info, heard.error):
        say("x")
    assert heard.warnings == []
    heard.debug("YouTube is forcing SABR streaming for this client")
    heard.warning("w")
    assert len(heard.warnings) == 2


def _format(lines: int, size: int | None, codec: str = "avc1.4d401f") -> dict:
    address = f"https://rr1---sn-x.googlevideo.com/videoplayback?itag={lines}"
    about = {"format_id": f"{lines}-{codec[:3]}", "url": address, "ext": "mp4", "height": lines}
    return about | {"vcodec": codec, "acodec": "none", "protocol": "https", "filesize": size}


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ({1080: 9 * 10**8, 720: 5 * 10**8, 360: 10**8}, 720),
        ({1080: 9 * 10**9, 720: 5 * 10**9, 360: 10**9}, 360),  # 10 hours: fewer lines fit
        ({720: None, 360: None}, 720),  # unknown: the download is stopped if it grows too large
        ({2160: 9 * 10**9, 1080: 8 * 10**9}, 1080),  # nothing fits: refused by its size, later
    ],
)
def test_the_best_that_is_not_too_large(tmp_path, sizes, chosen) -> None:
    formats = [_format(lines, size) for lines, size in sizes.items()]
    facts = {"id": "dQw4w9WgXcQ", "title": "x", "extractor": "youtube", "formats": formats}
    with youtube._session(youtube._options(tmp_path)) as made:
        done = made.process_ie_result(facts, download=False)
    assert done["height"] == chosen
